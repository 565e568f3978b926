import { AppError } from '#domain/errors';
import type { IceParameters } from '#media';
import type { Agreement } from './agreement.ts';
import { candidateLines } from './answer.ts';
import { LIMITS } from './limits.ts';
import type { BrowserOffer } from './offer.ts';
import { has, mediaLine, readCandidates, readCredentials, splitSdp, strict, writeLines, type IceCredentials } from '#sdp';

/** Trickled candidates, or new credentials: `application/trickle-ice-sdpfrag`, RFC 8840. */
export interface IceFragment {
  /** Absent: the fragment belongs to the credentials in force. */
  readonly credentials: IceCredentials | undefined;
  readonly candidates: readonly string[];
  readonly endOfCandidates: boolean;
}

/** Throws `AppError` with code `BAD_FRAGMENT`. All media share one transport, so whose line a candidate stands under does not matter. */
export function readFragment(text: string): IceFragment {
  const sdp = splitSdp(text, LIMITS, strict(badFragment));
  const sections = [sdp.session, ...sdp.media];
  const all = sections.flatMap((section) => readCredentials(section, sdp.session, badFragment) ?? []);
  const [credentials] = all;
  if (all.some((other) => other.usernameFragment !== credentials?.usernameFragment || other.password !== credentials.password)) {
    throw badFragment(0, 'it names several ICE credentials; all media share one transport and so one pair');
  }
  const candidates = [...new Set(sections.flatMap((section) => readCandidates(section, badFragment)))];
  if (candidates.length > MAX_CANDIDATES) throw badFragment(0, `it holds more than ${MAX_CANDIDATES} candidates`);
  const endOfCandidates = sections.some((section) => has(section, 'end-of-candidates'));
  if (credentials === undefined && candidates.length === 0 && !endOfCandidates) {
    throw badFragment(0, 'it holds neither a=candidate, a=end-of-candidates nor a=ice-ufrag');
  }
  return { credentials, candidates, endOfCandidates };
}

/** Whether the far side began anew: other credentials than those in force; RFC 8839 section 4.4.1.1. */
export function isRestart(fragment: IceFragment, inForce: IceCredentials): boolean {
  const { credentials } = fragment;
  return (
    credentials !== undefined && (credentials.usernameFragment !== inForce.usernameFragment || credentials.password !== inForce.password)
  );
}

/** Our side after an ICE restart: RFC 9725 section 4.3.3. */
export function writeFragment(offer: BrowserOffer, agreement: Agreement, ice: IceParameters, iceLite: boolean): string {
  const tagged = offer.media.find(({ mid }) => mid !== undefined && mid === agreement.bundle[0]) ?? offer.media[agreement.audioIndex];
  const lines = [
    ...(iceLite ? ['a=ice-lite'] : []),
    'a=ice-options:trickle ice2',
    ...(agreement.bundle.length === 0 ? [] : [`a=group:BUNDLE ${agreement.bundle.join(' ')}`]),
    mediaLine({
      kind: tagged?.kind ?? 'audio',
      port: 9,
      protocol: tagged?.protocol ?? '',
      formats: tagged?.formats.slice(0, 1) ?? [],
    }).trimEnd(),
    ...(tagged?.mid === undefined ? [] : [`a=mid:${tagged.mid}`]),
    `a=ice-ufrag:${ice.usernameFragment}`,
    `a=ice-pwd:${ice.password}`,
    ...candidateLines(ice.candidates),
    'a=end-of-candidates',
  ];
  return writeLines(lines);
}

function badFragment(line: number, what: string): AppError {
  return new AppError('BAD_FRAGMENT', line > 0 ? `Line ${line}: ${what}.` : `The fragment cannot be used: ${what}.`);
}

const MAX_CANDIDATES = 64;
