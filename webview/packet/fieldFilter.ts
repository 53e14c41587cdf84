import type { Field } from '../../src/protocol';
import { t } from '../l10n';
import type { MenuItem } from '../parts/Menu';
import type { Session } from '../session';

/** The menu items that filter by a field. The host provides the filter text; if there is none, a message says so. */
export function filterItems(session: Session, frame: number, field: Field): MenuItem[] {
  const withFilter = async (use: (text: string) => void): Promise<void> => {
    const { offset, length, buffer = 0 } = field;
    const { text } = await session.ask('fieldFilter', { frame, offset, length, buffer });
    if (text !== undefined) use(text);
    else await session.ask('say', { text: t('Wireshark’s filter language has no field for this.') });
  };
  const item = (label: string, use: (text: string) => void): MenuItem => ({
    label,
    run: () => void withFilter(use).catch(() => undefined),
  });
  return [
    item(t('Apply as filter'), (text) => {
      session.setFilter(text);
      session.showTab('packets');
    }),
    item(t('Copy as Wireshark filter'), (text) => void session.copy(text)),
  ];
}
