import type { CaptureState } from '../src/protocol';
import type { RowHeights } from './hooks/layout';
import type { MenuRequest } from './parts/Menu';
import type { Session } from './session';

/** What each part of the window is given. */
export interface PartProps {
  readonly session: Session;
  readonly capture: CaptureState;
  readonly heights: RowHeights;
  /** Opens a context menu. */
  readonly menu: (request: MenuRequest) => void;
}
