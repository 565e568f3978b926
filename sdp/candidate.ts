/** What stands in an `a=candidate` line; RFC 8839 section 5.1. */
export interface Candidate {
  readonly foundation: string;
  readonly component: number;
  readonly transport: 'udp' | 'tcp';
  readonly priority: number;
  /** An address, or a name under `.local` (mDNS). */
  readonly address: string;
  readonly port: number;
  readonly type: 'host' | 'srflx' | 'prflx' | 'relay';
}

/** With or without `candidate:` before it; undefined for what is not understood. */
export function readCandidate(text: string): Candidate | undefined {
  const match = CANDIDATE.exec(text);
  if (match === null || text.length > LONGEST) return undefined;
  const [, foundation = '', component, transport = '', priority, address = '', port, type] = match;
  if (Number(priority) > MAX_PRIORITY || Number(port) > MAX_PORT) return undefined;
  return {
    foundation,
    component: Number(component),
    transport: transport.toLowerCase() as 'udp' | 'tcp',
    priority: Number(priority),
    address,
    port: Number(port),
    type: type as Candidate['type'],
  };
}

const CANDIDATE =
  /^(?:candidate:)?([A-Za-z0-9+/]{1,32}) (\d{1,3}) (udp|tcp) (\d{1,10}) ([A-Za-z0-9.:_%-]{1,128}) (\d{1,5}) typ (host|srflx|prflx|relay)(?: [\x21-\x7e ]*)?$/i;
const LONGEST = 512;
const MAX_PRIORITY = 2 ** 31 - 1;
const MAX_PORT = 65_535;
