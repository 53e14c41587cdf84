/** Two clients: one has its lease, the other asks. */
import { Build, ipOption, raw } from '../../analysis/build';

export const KNOWN = '02:00:00:00:00:01';
export const OTHER = '02:00:00:00:00:02';

/** A client that asks three times in vain, after another has its lease. */
export function vain(spec: Parameters<Build['discover']>[1] = {}): Build {
  const build = new Build();
  build.bind(0);
  for (const at of [10, 14, 22]) build.discover(at, { chaddr: OTHER, xid: 7, secs: at - 10, ...spec });
  return build;
}
/** The same client asks in the same way and gets its lease. */
export function served(spec: Parameters<Build['discover']>[1] = {}): Build {
  const build = new Build();
  build.bind(
    0,
    {
      chaddr: OTHER,
      ...(spec.options ? { options: [ipOption(50, '10.0.0.50'), ipOption(54, '10.0.0.1'), ...spec.options] } : {}),
    },
    { options: REPLY },
  );
  return build;
}
const REPLY = [ipOption(54, '10.0.0.1'), raw(51, '00000e10'), ipOption(1, '255.255.255.0')];
