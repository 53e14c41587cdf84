import { t } from '../l10n';
import type { PartProps } from '../part';

export function Ladder({ capture }: PartProps) {
  return <p class="calm">{t('{0} frames', capture.frames)}</p>;
}
