import type { ComponentType } from 'preact';
import type { CaptureState } from '../src/protocol';
import { FindBar } from './find/FindBar';
import { t } from './l10n';
import type { Layout } from './hooks/layout';
import { Packet } from './packet/Packet';
import type { PartProps } from './part';
import { clickedReference } from './references';
import { noticeOf } from './session';
import { Split } from './parts/Split';
import { Tabs, type Tab } from './parts/Tabs';
import { Clients } from './tabs/Clients';
import { Findings } from './tabs/Findings';
import { Ladder } from './tabs/Ladder';
import { Packets } from './tabs/Packets';
import type { MasterTab, TabName } from './tabs/tab';
import { Verdict } from './Verdict';

const MASTERS: Readonly<Record<MasterTab, ComponentType<PartProps>>> = {
  findings: Findings,
  ladder: Ladder,
  packets: Packets,
  clients: Clients,
};

/** An open capture: the verdict at the top; below it, the tabs beside the selected packet. */
export function Window({ layout, ...part }: PartProps & { layout: Layout }) {
  const { session, capture, heights } = part;
  return (
    <div
      class={`window ${layout}`}
      style={{ '--octets': `${heights.octets}px` }}
      onClick={(event) => {
        const reference = clickedReference(event.target);
        if (reference) session.tell('openRfc', reference);
      }}
    >
      <Verdict
        session={session}
        capture={capture}
        dismissed={noticeOf(capture) === session.state.dismissed}
        products={session.state.products}
      />
      {session.state.finds > 0 && <FindBar {...part} />}
      <main class="panes">{layout === 'narrow' ? <Narrow {...part} /> : <Columns {...part} />}</main>
    </div>
  );
}

function Columns(part: PartProps) {
  const { session } = part;
  const Master = MASTERS[session.tab];
  return (
    <Split
      session={session}
      name="columns"
      label={t('Between the tabs and the packet')}
      direction="row"
      initial={0.48}
      first={
        <Tabs
          label={t('Views')}
          tabs={masterTabs(part.capture)}
          shown={session.tab}
          onShow={(tab) => session.showTab(tab)}
        >
          <Master {...part} />
        </Tabs>
      }
      second={<Packet {...part} />}
    />
  );
}

/** One column: the packet is another tab. */
function Narrow(part: PartProps) {
  const { session, capture } = part;
  const shown: TabName = session.state.atPacket ? 'packet' : session.tab;
  const Shown = shown === 'packet' ? Packet : MASTERS[shown];
  const tabs: Tab<TabName>[] = [...masterTabs(capture), { name: 'packet', title: t('Packet') }];
  return (
    <Tabs label={t('Views')} tabs={tabs} shown={shown} onShow={(tab) => session.showTab(tab)}>
      <Shown {...part} />
    </Tabs>
  );
}

function masterTabs({ findings }: CaptureState): Tab<MasterTab>[] {
  return [
    { name: 'findings', title: t('Findings'), badge: findings.length },
    { name: 'ladder', title: t('Ladder') },
    { name: 'packets', title: t('Packets') },
    { name: 'clients', title: t('Clients') },
  ];
}
