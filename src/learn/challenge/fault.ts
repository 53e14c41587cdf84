import type { Line, Scene } from './scene';

/** A fault that can be hidden in a network. */
export interface Fault {
  /** The id of its finding. */
  readonly id: string;
  /** Adds it to the scene, on a line of its own that begins at some point among those of the healthy clients. */
  readonly play: (line: Line, scene: Scene) => void;
  /** Findings that come with it: they are also true, so they are not offered as wrong causes. */
  readonly remarks?: readonly string[];
}
