import { render } from 'preact';
import type { VsCodeApi } from '../bridge';
import { Host } from './host';
import { Leases } from './Leases';
import { ReportPage } from './Report';

/** Draws one of the pages beside the capture’s window. */
export function startPage(page: 'leases' | 'report', api: VsCodeApi, into: HTMLElement): void {
  const host = new Host(api);
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.origin === window.origin) host.receive(event.data);
  });
  render(page === 'leases' ? <Leases host={host} /> : <ReportPage host={host} />, into);
}
