import type { CaptureState } from '../src/protocol';
import type { RowHeights } from './hooks/layout';
import type { MenuRequest } from './parts/Menu';
import type { Session } from './session';

/** The props of every part of the window. */
export interface PartProps {
  readonly session: Session;
  readonly capture: CaptureState;
  readonly heights: RowHeights;
  /** Opens a context menu. */
  readonly menu: (request: MenuRequest) => void;
}
