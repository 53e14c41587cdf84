import { useState } from 'preact/hooks';
import type { Finding, Product } from '../../src/protocol';
import { CopyButton } from '../parts/CopyButton';
import { t } from '../l10n';
import type { Session } from '../session';
import { Text } from '../parts/Text';
import { commandsOf, productName, slotsOf, stepFor } from './findingSteps';

/** What to do about a finding: one thing at a time, worded for the user's product. */
export function Steps({ finding, session }: { finding: Finding; session: Session }) {
  const [at, setAt] = useState(0);
  const slots = slotsOf(finding);
  const slot = slots[Math.min(at, slots.length - 1)];
  if (!slot) return null;
  const place = stepFor(finding, slot, session.state.products);
  const products = slot.steps.flatMap((step) => finding.stepsFor?.[step]?.product ?? []);
  const product = finding.stepsFor?.[place]?.product;
  const step = finding.steps[place]!;
  const label = `${productName(product)}: `;
  // The name of the product is left out if the product is selected beside it.
  const text = products.length > 1 && step.startsWith(label) ? step.slice(label.length) : step;
  const commands = commandsOf(step);
  return (
    <section class="steps" aria-label={t('Do this')}>
      <div class="steps-head">
        <h3>{t('Do this')}</h3>
        {slots.length > 1 && (
          <span class="stepper">
            <Turn label={t('Step before')} sign="‹" to={at - 1} slots={slots.length} onTurn={setAt} />
            <span class="quiet">{t('{0} of {1}', at + 1, slots.length)}</span>
            <Turn label={t('Next step')} sign="›" to={at + 1} slots={slots.length} onTurn={setAt} />
          </span>
        )}
        {products.length > 1 && (
          <select
            aria-label={t('What you have')}
            value={product}
            onChange={(event) => session.chooseProduct(event.currentTarget.value)}
          >
            {products.map((one: Product) => (
              <option key={one} value={one}>
                {productName(one)}
              </option>
            ))}
          </select>
        )}
      </div>
      <p class="doing" aria-live="polite">
        <Text text={text} />
      </p>
      {commands !== '' && (
        <p>
          <CopyButton label={t('Copy the command')} copy={() => session.copy(commands)} />
        </p>
      )}
    </section>
  );
}

function Turn(props: { label: string; sign: string; to: number; slots: number; onTurn: (to: number) => void }) {
  const { to, slots } = props;
  return (
    <button
      type="button"
      class="turn"
      aria-label={props.label}
      title={props.label}
      disabled={to < 0 || to >= slots}
      onClick={() => props.onTurn(to)}
    >
      {props.sign}
    </button>
  );
}
