import type { Line, Scene } from './scene';

/** A fault that can be hidden in a network. */
export interface Fault {
  /** The finding that it is. */
  readonly id: string;
  /** Puts it into the scene, on a line of its own that begins somewhere among the healthy clients. */
  readonly play: (line: Line, scene: Scene) => void;
  /** Remarks that go with it: findings of severity info. */
  readonly remarks?: readonly string[];
}
