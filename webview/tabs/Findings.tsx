import type { ShownFinding } from '../../src/protocol';
import { severityName } from '../parts/icons';
import { count, t } from '../l10n';
import { memo } from '../hooks/memo';
import type { PartProps } from '../part';
import type { Session } from '../session';
import { FindingCard } from './FindingCard';
import { groupsOf, openAtFirst } from './findingSteps';

/** The problems of this capture and their remedies; one finding is open at a time. */
export function Findings({ session, capture }: PartProps) {
  const { findings, done } = capture;
  if (findings.length === 0) {
    return (
      <p class="calm">
        {!done
          ? t('Findings come when the whole capture has been read.')
          : capture.parts.fine
            ? t('Nothing here calls for attention.')
            : capture.parts.what}
      </p>
    );
  }
  const { finding, frame, products } = session.state;
  return (
    <div class="scroller">
      <List
        session={session}
        findings={findings}
        open={finding !== undefined && finding < findings.length ? finding : openAtFirst(findings)}
        frame={frame}
        products={products}
      />
    </div>
  );
}

/** Findings of the same severity and id are grouped, under a heading if there are several. */
const List = memo(function List(props: {
  session: Session;
  findings: readonly ShownFinding[];
  open: number;
  frame: number | undefined;
  /** The steps are shown for these products. */
  products: readonly string[];
}) {
  const { session, findings, open, frame } = props;
  return (
    <>
      {groupsOf(findings).map((places) => {
        const first = findings[places[0]!]!;
        const name = `${severityName(first.severity)}: ${first.name ?? first.id}`;
        return (
          <section key={`${first.severity} ${first.id}`} aria-label={name}>
            {places.length > 1 && (
              <p class="group quiet" aria-hidden="true">
                {name} ({count(places.length)})
              </p>
            )}
            <ul class="findings">
              {places.map((place) => (
                <FindingCard
                  key={place}
                  session={session}
                  finding={findings[place]!}
                  place={place}
                  open={place === open}
                  frame={frame}
                />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
});
