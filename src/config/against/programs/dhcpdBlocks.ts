import type { Scope, Subnet } from '../../model';
import type { Truth } from '../expression';
import type { Client } from '../policy';

/** Whether the conditions of dhcpd, and the membership in its classes, hold for a client. */
export interface Conditions {
  holds(condition: string, client: Client): Truth;
  member(name: string, client: Client): Truth;
}

/** The subnet or shared network that a block of statements stands in; undefined for one that stands in neither. */
export function placeOf(block: Scope): Scope | undefined {
  for (let one = block.parent; one; one = one.parent)
    if (one.kind === 'subnet' || one.kind === 'shared-network') return one;
  return undefined;
}

/**
 * Whether the statements of a block apply to a client: those of a class to its members, those of an `if` to the clients that meet its
 * condition, and all only where the scopes around them apply (dhcpd.conf(5), “Declaring client classes”, “Executable statements”).
 */
export function appliesTo(block: Scope, client: Client, subnet: Subnet | undefined, conditions: Conditions): Truth {
  let truth: Truth = true;
  for (let one: Scope | undefined = block; one; one = one.parent) {
    const own = ownTruth(one, client, subnet, conditions);
    if (own === false) return false;
    if (own === undefined) truth = undefined;
  }
  return truth;
}

function ownTruth(scope: Scope, client: Client, subnet: Subnet | undefined, conditions: Conditions): Truth {
  switch (scope.kind) {
    case 'class': {
      if (!scope.guards) return conditions.member(scope.name ?? '', client);
      const [condition] = scope.guards;
      return condition && conditions.holds(condition.value, client);
    }
    case 'global':
      return true;
    case 'subnet':
      return scope === subnet;
    case 'shared-network':
      return scope === subnet?.sharedNetwork;
    case 'reservation':
      return client.reservations.some((host) => host === scope);
    default:
      // Of a group it is not known here which subnets and hosts it has; which pool a client gets is decided later.
      return undefined;
  }
}
