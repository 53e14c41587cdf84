import type { Finding } from '../analysis/finding';
import { forProducts } from '../analysis/words/slots';
import type { Product } from '../analysis/words/steps';
import type { Capture } from '../engine/capture';
import type { Together } from '../engine/pair';

/** The same findings with the steps for some products alone. */
export function withProducts<T extends Together>(together: T, products: readonly Product[]): T {
  if (products.length === 0) return together;
  const findings = new Map<Capture, readonly Finding[]>();
  return {
    ...together,
    findings: together.findings.map((finding) => forProducts(finding, products)),
    findingsOf: (capture) => {
      const told = findings.get(capture) ?? together.findingsOf(capture).map((one) => forProducts(one, products));
      findings.set(capture, told);
      return told;
    },
  };
}
