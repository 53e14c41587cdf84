import { useEffect, useState } from 'preact/hooks';
import type { ReportBlock, ReportPage as Page } from '../../src/pages';
import { t } from '../l10n';
import type { Host } from './host';
import { Findings, Words, type Open } from './parts';

/** A report as a scrolling page: title, outcome, sections. */
export function ReportPage({ host }: { host: Host }) {
  const [report, setReport] = useState<Page>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    host.ask('report', {}).then(setReport, (reason: Error) => setError(reason.message));
  }, [host]);
  if (error !== undefined)
    return (
      <main class="report">
        <p role="alert">{error}</p>
      </main>
    );
  if (!report) return null;
  const open: Open = (target) => void host.ask('open', target).catch(() => undefined);
  return (
    <main class="report">
      <h1 class="packet-text">{report.title}</h1>
      <p class="packet-text">{report.summary}</p>
      <p>
        <vscode-button appearance="secondary" onClick={() => void host.ask('save', {}).catch(() => undefined)}>
          {t('Open as Markdown')}
        </vscode-button>
      </p>
      {report.sections.map(({ title, blocks }) => (
        <section key={title}>
          <h2>{title}</h2>
          {blocks.map((block, i) => (
            <BlockView key={i} block={block} title={title} open={open} />
          ))}
        </section>
      ))}
    </main>
  );
}

function BlockView({ block, title, open }: { block: ReportBlock; title: string; open: Open }) {
  switch (block.kind) {
    case 'paragraph':
      return (
        <p>
          <Words text={block.text} open={open} />
        </p>
      );
    case 'list':
      return (
        <ul class="report-list">
          {block.items.map((item, i) => (
            <li key={i}>
              <Words text={item} open={open} />
            </li>
          ))}
        </ul>
      );
    case 'table':
      return (
        // A table wider than the page scrolls by itself, also with the keyboard.
        <div class="report-table" tabIndex={0} role="region" aria-label={title}>
          <table>
            <thead>
              <tr>
                {block.head.map((cell) => (
                  <th key={cell} scope="col">
                    {cell}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {block.rows.map((row, i) => (
                <tr key={i}>
                  {row.map((cell, j) => (
                    <td key={j}>
                      <Words text={cell} open={open} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      );
    case 'findings':
      return <Findings findings={block.findings} level={3} open={open} />;
  }
}
