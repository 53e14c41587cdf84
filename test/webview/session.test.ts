import assert from 'node:assert/strict';
import test from 'node:test';
import type { CaptureState, Field, FrameView, RequestMessage } from '../../src/protocol';
import { go } from '../../webview/find/go';
import { noticeOf, Session } from '../../webview/session';

const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
};

function field(name: string, offset: number, length: number, children?: Field[]): Field {
  return { name, text: `${name} value`, key: name, offset, length, ...(children ? { children } : {}) };
}

/** Frames 1 to 10: all have `xid`, the even ones `lease` too. */
function frameView(frame: number): FrameView {
  const fields = [field('xid', 14, 4), ...(frame % 2 === 0 ? [field('lease', 18, 4)] : [])];
  return {
    frame,
    tree: [field('eth', 0, 14, [field('dst', 0, 6)]), field('dhcp', 14, 8, fields)],
    buffers: [{ name: 'Frame', bytes: new Uint8Array(22) }],
    problems: [],
    docs: {},
    time: '',
    wireLength: 22,
    summary: `frame ${frame}`,
  };
}

const STATE: CaptureState = {
  name: 'a.pcap',
  format: 'pcap',
  frames: 10,
  rows: 10,
  ofInterest: 10,
  revision: 0,
  bytesRead: 1,
  durationSeconds: 0,
  done: true,
  cancelled: false,
  verdict: '',
  parts: { what: '', why: '', beside: '', finding: -1, fine: true },
  findings: [],
  fileProblems: [],
  notes: [],
};

/** A session with a host that answers at once; with `saved` it was open before. */
function open(state: Partial<CaptureState> = {}, saved?: unknown) {
  const asked: RequestMessage[] = [];
  let kept = saved;
  let shown = Array.from({ length: 10 }, (_, i) => i + 1);
  const answer = (message: RequestMessage): unknown => {
    const { request, params } = message;
    if (request === 'ready') return { ...STATE, ...state };
    if (request === 'frame') {
      if (params.frame > 10) throw new Error(`Frame ${params.frame} is not here.`);
      return frameView(params.frame);
    }
    // Two frames each are a conversation: 1 and 2, 3 and 4, …
    if (request === 'conversationOf') {
      const id = Math.ceil(params.frame / 2);
      return { id, frames: [2 * id - 1, 2 * id], partner: params.frame % 2 === 1 ? 2 * id : 2 * id - 1 };
    }
    if (request === 'indexOf') return { index: shown.indexOf(params.frame) };
    if (request === 'filter') {
      if (params.text === 'wrong') return { total: shown.length, error: { message: 'wrong is wrong', position: 0 } };
      shown = shown.filter((frame) => params.text === '' || frame % 2 === 0);
      return { total: shown.length };
    }
    if (request === 'rows') {
      const rows = shown.slice(params.from, params.to).map((frame) => {
        return { frame, time: '', source: '', destination: '', type: '', client: '', info: '' };
      });
      return { rows, total: shown.length };
    }
    return {};
  };
  const session: Session = new Session({
    getState: () => kept,
    setState: (next) => (kept = next),
    postMessage: (message) => {
      const request = message as RequestMessage;
      asked.push(request);
      setImmediate(() => {
        try {
          session.receive({ id: request.id, ok: answer(request) });
        } catch (error) {
          session.receive({ id: request.id, error: (error as Error).message });
        }
      });
    },
  });
  return { session, asked, saved: () => kept };
}

test('without findings the first frame is selected, with an error its most telling one', async () => {
  const { session } = open();
  await session.start();
  await settled();
  assert.equal(session.state.view?.frame, 1);
  assert.deepEqual(session.state.cursor, { index: 0, center: true });
  session.dispose();

  const finding = { id: 'nak', severity: 'error', title: '', subject: '', explanation: '', reference: '' } as const;
  const other = open({ findings: [{ ...finding, frames: [6, 2], causes: [], steps: [] }] });
  await other.session.start();
  await settled();
  assert.equal(other.session.state.view?.frame, 6);
  other.session.dispose();
});

test('while the file is being read nothing is selected; when it is done the first frame is', async () => {
  const { session } = open({ done: false });
  await session.start();
  await settled();
  assert.equal(session.state.frame, undefined);
  session.receive({ event: 'state', state: STATE });
  await settled();
  assert.equal(session.state.view?.frame, 1);
  session.dispose();
});

test('the selected field is selected in the next frame too, and again after a frame that has none such', async () => {
  const { session } = open();
  await session.start();
  session.showFrame(2);
  await settled();
  session.selectField(session.state.model.byId.get('dhcp/lease')!, 'tree');
  const { shownInBytes } = session.state;
  assert.deepEqual(shownInBytes, { index: session.selectedNode });
  await session.moveTo(2);
  await settled();
  assert.equal(session.state.view?.frame, 3);
  assert.equal(session.selectedNode, -1);
  await session.moveTo(3);
  await settled();
  assert.equal(session.state.view?.frame, 4);
  assert.equal(session.state.model.nodes[session.selectedNode]?.field.name, 'lease');
  // The panes stay where they are.
  assert.equal(session.state.shownInBytes, shownInBytes);
  session.dispose();
});

test('a byte reveals its field in the tree, and is not scrolled itself', async () => {
  const { session } = open();
  await session.start();
  await settled();
  const { shownInBytes } = session.state;
  session.selectField(session.state.model.byId.get('eth/dst')!, 'bytes');
  assert.equal(session.state.expansion.get('eth'), true);
  assert.deepEqual(session.state.shownInTree, { index: 1 });
  assert.equal(session.state.shownInBytes, shownInBytes);
  session.dispose();
});

test('a filter narrows the list, keeps the frame and says when it hides it; a wrong one changes nothing', async () => {
  const { session } = open();
  await session.start();
  await settled();
  session.setFilter('wrong');
  await settled();
  assert.equal(session.state.filterError?.message, 'wrong is wrong');
  assert.equal(session.state.total, 10);
  session.setFilter('even');
  await settled();
  assert.equal(session.state.filterError, undefined);
  assert.equal(session.state.total, 5);
  assert.equal(session.state.frame, 1);
  assert.equal(session.state.hidden, true);
  await session.moveTo(1);
  await settled();
  assert.equal(session.state.view?.frame, 4);
  assert.equal(session.state.hidden, false);
  session.dispose();
});

test('what was selected comes back, filter included', async () => {
  const first = open();
  await first.session.start();
  first.session.showFrame(4);
  await settled();
  first.session.selectField(first.session.state.model.byId.get('dhcp/xid')!, 'tree');
  first.session.setFilter('even');
  first.session.setSplit('top', 0.6);
  await settled();
  first.session.dispose();

  const second = open({}, first.saved());
  await second.session.start();
  await settled();
  const { session } = second;
  assert.equal(session.state.view?.frame, 4);
  assert.equal(session.state.model.nodes[session.selectedNode]?.id, 'dhcp/xid');
  assert.equal(session.state.total, 5);
  assert.equal(session.state.cursor.index, 1);
  assert.equal(session.state.splits['top'], 0.6);
  session.dispose();
});

test('a frame that is no longer there gives way to the first one; one that is not of interest says so', async () => {
  const { session } = open({ frames: 98 }, { frame: 99 });
  await session.start();
  await settled();
  assert.equal(session.state.view?.frame, 1);
  session.receive({ event: 'select', frame: 98 });
  await settled();
  assert.equal(session.state.view, undefined);
  assert.equal(session.state.frameError, 'Frame 98 is not here.');
  session.dispose();
});

test('a frame that the capture has not is not gone to: the selection stays, and the person is told', async () => {
  const { session, asked } = open();
  await session.start();
  await settled();
  for (const frame of [0, 11]) {
    session.receive({ event: 'select', frame });
    await settled();
    assert.equal(session.state.view?.frame, 1);
    assert.deepEqual(asked.filter(({ request }) => request === 'say').at(-1)?.params, {
      text: `There is no frame ${frame}: the last one of this capture is 10.`,
    });
  }
  // While the file is being read, it may still come.
  const reading = open({ done: false, frames: 5 });
  await reading.session.start();
  reading.session.receive({ event: 'select', frame: 8 });
  await settled();
  assert.equal(reading.session.state.view?.frame, 8);
  session.dispose();
  reading.session.dispose();
});

test('a capture that cannot be opened says why', () => {
  const { session } = open();
  session.receive({ event: 'failed', message: 'This is no capture.' });
  assert.equal(session.state.failure, 'This is no capture.');
  session.dispose();
});

/** A finding as short as can be. */
function finding(id: string) {
  return {
    id,
    severity: 'error',
    title: '',
    subject: '',
    explanation: '',
    reference: '',
    frames: [6],
    causes: [],
    steps: [],
  } as const;
}

test('news without findings leaves those of the same revision as they are; of another revision it is not taken', async () => {
  const { session } = open({ findings: [finding('nak')], revision: 1 });
  await session.start();
  await settled();
  const { findings } = session.state.capture!;
  const news: Partial<CaptureState> = { ...STATE, revision: 1, rows: 3, filtering: true };
  delete (news as { findings?: unknown }).findings;
  session.receive({ event: 'state', state: news });
  assert.equal(session.state.total, 3);
  assert.equal(session.state.capture!.findings, findings, 'the same list: nothing is drawn anew');
  session.receive({ event: 'state', state: { ...news, revision: 2, rows: 7 } });
  assert.equal(session.state.total, 3);
  session.dispose();
});

test('a capture whose decoder died is opened again with filter, frame and field as they were', async () => {
  const { session, asked } = open();
  await session.start();
  session.showFrame(4);
  await settled();
  session.selectField(session.state.model.byId.get('dhcp/xid')!, 'tree');
  session.setFilter('even');
  await settled();
  session.receive({ event: 'failed', message: 'The decoder stopped.' });
  assert.equal(session.state.failure, 'The decoder stopped.');
  asked.length = 0;
  await session.openAgain();
  await settled();
  assert.equal(session.state.failure, undefined);
  assert.deepEqual(
    asked.slice(0, 2).map(({ request }) => request),
    ['openAgain', 'ready'],
  );
  assert.deepEqual(
    asked.filter(({ request }) => request === 'filter').map(({ params }) => params),
    [{ text: 'even' }],
  );
  assert.equal(session.state.view?.frame, 4);
  assert.equal(session.state.model.nodes[session.selectedNode]?.id, 'dhcp/xid');
  assert.equal(session.state.total, 5);
  session.dispose();
});

test('another panel that had the capture opened again heals this one, too', async () => {
  const { session } = open();
  await session.start();
  session.receive({ event: 'failed', message: 'The decoder stopped.' });
  session.receive({ event: 'state', state: STATE });
  await settled();
  assert.equal(session.state.failure, undefined);
  assert.equal(session.state.view?.frame, 1);
  session.dispose();
});

test('a selected frame that the changed file no longer has gives way to the first one', async () => {
  const { session } = open({ revision: 1 });
  await session.start();
  session.showFrame(8);
  await settled();
  assert.equal(session.state.view?.frame, 8);
  session.state = { ...session.state, frame: 11 };
  session.receive({ event: 'state', state: { ...STATE, revision: 2, notice: 'The file has changed.' } });
  await settled();
  assert.equal(session.state.frameError, undefined);
  assert.equal(session.state.view?.frame, 1);
  session.dispose();
});

test('a notice that was sent away stays away until it is told again', async () => {
  const { session } = open({ revision: 1, notice: 'The file has changed.' });
  await session.start();
  assert.notEqual(noticeOf(session.state.capture), session.state.dismissed);
  session.dismiss();
  session.receive({ event: 'state', state: { ...STATE, revision: 1, notice: 'The file has changed.' } });
  assert.equal(noticeOf(session.state.capture), session.state.dismissed);
  session.receive({ event: 'state', state: { ...STATE, revision: 2, notice: 'The file has changed.' } });
  assert.notEqual(noticeOf(session.state.capture), session.state.dismissed);
  session.dispose();
});

test('a file that grows moves neither the list nor the finding that is open', async () => {
  const { session } = open({ findings: [finding('nak')], revision: 1 });
  await session.start();
  session.showFrame(4);
  await settled();
  session.openFinding(-1);
  const { cursor } = session.state;
  assert.equal(cursor.index, 3);
  session.receive({ event: 'state', state: { ...STATE, revision: 2, findings: [finding('nak')] } });
  await settled();
  assert.equal(session.state.cursor, cursor, 'the person may have scrolled away');
  assert.equal(session.state.finding, -1);
  session.receive({ event: 'state', state: { ...STATE, revision: 3, findings: [finding('no-offer')] } });
  await settled();
  assert.equal(session.state.finding, undefined, 'other findings: the gravest is open again');
  session.dispose();
});

test('the host hears what is selected, once each time, and may have a field selected', async () => {
  const { session, asked } = open();
  await session.start();
  await settled();
  session.receive({ event: 'select', frame: 4, key: 'lease' });
  await settled();
  session.selectField(session.state.model.byId.get('dhcp/lease')!, 'bytes');
  await settled();
  assert.deepEqual(
    asked.filter(({ request }) => request === 'selected').map(({ params }) => params),
    [
      { frame: 1 },
      { frame: 4 },
      { frame: 4, field: { name: 'lease', keys: ['dhcp', 'lease'] } },
      { frame: 4, field: { name: 'lease', keys: ['dhcp', 'lease'] }, byHand: true },
    ],
  );
  session.dispose();
});

test('a frame that was selected before waits until the file has been read, also when the engine does not know it yet', async () => {
  const { session, asked, saved } = open({ done: false }, { frame: 12, field: 'dhcp/xid', tab: 'packets' });
  await session.start();
  await settled();
  assert.equal(session.state.frame, 12, 'frame 12 may still come');
  assert.equal(session.state.frameError, undefined);
  const before = asked.filter(({ request }) => request === 'frame').length;
  session.receive({ event: 'state', state: STATE });
  await settled();
  assert.ok(asked.filter(({ request }) => request === 'frame').length > before, 'asked once more');
  assert.equal(session.state.frame, 1, 'it did not: the file is another');
  session.dispose();
  assert.equal((saved() as { tab: string }).tab, 'packets');
});

test('a file that is opened anew is shown as it was left, but for the filter', () => {
  const posted: unknown[] = [];
  const boot = {
    view: { frame: 3, filter: 'type:ack', tab: 'clients', bytesClosed: true },
    products: ['kea'],
    text: '01',
  };
  let kept: unknown;
  const api = {
    getState: () => undefined,
    setState: (next: unknown) => (kept = next),
    postMessage: posted.push.bind(posted),
  };
  const session = new Session(api, boot);
  const { frame, filter, bytesClosed, products } = session.state;
  assert.deepEqual(
    { frame, filter, tab: session.tab, bytesClosed, products },
    {
      frame: 3,
      filter: '',
      tab: 'clients',
      bytesClosed: true,
      products: ['kea'],
    },
  );
  session.chooseProduct('ios');
  session.chooseProduct('kea');
  // A page that is closed tells nothing more, so a choice does not wait.
  session.choose('times', 'utc');
  const told = posted.at(-1) as { request: string; params: { view: { choices: Record<string, string> } } };
  assert.equal(told.request, 'remember');
  assert.equal(told.params.view.choices['times'], 'utc');
  session.dispose();
  assert.deepEqual(session.state.products, ['kea', 'ios'], 'the latest choice first');
  const remembered = posted.filter((one) => (one as RequestMessage).request === 'remember') as {
    params: { products: string[] };
  }[];
  assert.deepEqual(remembered.at(-1)!.params.products, ['kea', 'ios']);
  assert.equal((kept as { text: string }).text, '01', 'pasted text comes back after a restart');
});

test('a finding selects its frame and the field that shows it', async () => {
  const { session } = open({ findings: [{ ...finding('nak'), frames: [6, 4], fields: ['nothing', 'lease'] }] });
  await session.start();
  await settled();
  assert.deepEqual([session.state.view?.frame, session.state.field], [6, 'dhcp/lease']);
  assert.equal(session.state.atPacket, false, 'nobody has asked for the packet');
  session.selectField(0, 'tree');
  session.showFinding(0, 4);
  await settled();
  assert.deepEqual([session.state.view?.frame, session.state.field], [4, 'dhcp/lease']);
  assert.equal(session.state.atPacket, true);
  session.showFinding(0, 3);
  await settled();
  assert.deepEqual([session.state.view?.frame, session.state.field], [3, undefined], 'frame 3 has no such field');
  session.dispose();
});

test('who moves in the list or filters it while the file is read stays there when the findings come', async () => {
  const told = { ...STATE, findings: [finding('nak')] };
  for (const act of [(one: Session) => void one.moveTo(2), (one: Session) => one.setFilter('ack')]) {
    const { session } = open({ done: false });
    await session.start();
    await settled();
    act(session);
    session.receive({ event: 'state', state: told });
    await settled();
    assert.equal(session.tab, 'packets');
    session.dispose();
  }
  const { session } = open({ done: false });
  await session.start();
  session.receive({ event: 'state', state: told });
  await settled();
  assert.equal(session.tab, 'findings');
  session.dispose();
});

test('a frame and field that are selected before the capture has come are selected when it comes', async () => {
  const { session } = open({}, { frame: 2, field: 'dhcp/xid' });
  const started = session.start();
  session.receive({ event: 'select', frame: 4, key: 'lease' });
  await started;
  await settled();
  assert.equal(session.state.view?.frame, 4);
  assert.equal(session.state.model.nodes[session.selectedNode]?.id, 'dhcp/lease');
  session.dispose();
});

test('a row that is chosen while the list is fetched anew is selected, not the frame that was selected before', async () => {
  const { session } = open({}, { frame: 7 });
  await session.start();
  await settled();
  assert.equal(session.state.frame, 7);
  // Its row is fetched after one that is on its way already, and meanwhile the list changes once more.
  void session.cache.want(0, 1, 10);
  session.receive({ event: 'state', state: { ...STATE, revision: 1 } });
  const chosen = session.moveTo(0);
  session.receive({ event: 'state', state: { ...STATE, revision: 2 } });
  await chosen;
  await settled();
  assert.equal(session.state.frame, 1);
  assert.equal(session.state.cursor.index, 0);
  session.dispose();
});

test('steps along the exchange, however quickly they follow, start from the frame that is selected', async () => {
  const { session, asked } = open();
  await session.start();
  await settled();
  session.showFrame(1);
  await settled();
  session.showFrame(5);
  await go(session, 'partner', '');
  assert.equal(session.state.frame, 6, 'not that of frame 1');
  await Promise.all([go(session, 'partner', ''), go(session, 'partner', '')]);
  assert.equal(session.state.frame, 6, 'there and back');
  session.showFrame(3);
  await go(session, 'next', '');
  assert.equal(session.state.frame, 4);
  assert.ok(!asked.some(({ request }) => request === 'say'), 'nobody is told that there is no such frame');
});

test('an offset is looked up in the frame that is selected, not in the one before', async () => {
  const { session } = open();
  await session.start();
  await settled();
  session.showFrame(1);
  await settled();
  session.showFrame(2);
  await go(session, 'offset', '18');
  assert.equal(session.state.view?.frame, 2);
  assert.match(session.state.field ?? '', /lease/);
});
