import { userOf } from './call-facts.ts';
import { parseSipUri } from './embedded/message/uri.ts';

/** The account or trunk by which a call came, and who answers there. */
export interface CallerLine {
  readonly account?: string;
  readonly trunk?: string;
  readonly persona?: string;
}

export interface KnownAccount {
  readonly name: string;
  readonly user: string;
  readonly persona: string;
  /** The `rinstance` of its Contact, which only its registrar and the proxies on the way were told. */
  readonly instance: string;
  /** Whether its registrar has answered from there. */
  readonly knows: (address: string) => boolean;
}

export interface KnownTrunk {
  readonly name: string;
  readonly persona: string | undefined;
  readonly contains: (address: string) => boolean;
}

/**
 * Whose call it is. Whoever names the `rinstance` of a Contact was given it by the registrar. Registrars that cut it off are known by their address, and the
 * account by the user that they call; one that calls by other numbers is that account's if it has no other here.
 */
export function callerLine(
  call: { readonly requestUri: string; readonly toUri: string; readonly address: string },
  accounts: readonly KnownAccount[],
  trunks: readonly KnownTrunk[],
): CallerLine | undefined {
  const instance = parseSipUri(call.requestUri)?.params['rinstance'];
  const named = instance === undefined ? undefined : accounts.find((account) => account.instance === instance);
  if (named !== undefined) return ofAccount(named);
  const there = accounts.filter((account) => account.knows(call.address));
  const users = [userOf(call.requestUri), userOf(call.toUri)];
  const dialled = there.find(({ user }) => user === users[0]) ?? there.find(({ user }) => user === users[1]);
  if (dialled !== undefined) return ofAccount(dialled);
  const trunk = trunks.find(({ contains }) => contains(call.address));
  if (trunk !== undefined) return { trunk: trunk.name, ...(trunk.persona === undefined ? {} : { persona: trunk.persona }) };
  const [only, another] = there;
  return only === undefined || another !== undefined ? undefined : ofAccount(only);
}

function ofAccount({ name, persona }: KnownAccount): CallerLine {
  return { account: name, persona };
}
