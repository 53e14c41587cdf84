import type { Line, Scene } from './scene';

/** A fault that can be hidden in a network. */
export interface Fault {
  /** The finding that it is. */
  readonly id: string;
  /** Puts it into the scene, on a line of its own that begins somewhere among the healthy clients. */
  readonly play: (line: Line, scene: Scene) => void;
  /** Findings that go with it: they are true as well, and are not offered as the cause. */
  readonly remarks?: readonly string[];
}
