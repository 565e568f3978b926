import { renderUnicodeCompact } from 'uqr';
import type { ApiToken } from './api-token.ts';
import type { PageAddresses } from './compose-http.ts';

/** What to tell the person at the terminal about telephones that should open the page. */
export function invitation(page: PageAddresses, isForLan: boolean, inColour: boolean): readonly string[] {
  const [first, ...others] = page.lan;
  if (first === undefined) return isForLan ? ['no network address of this machine was found, so only this machine can open the page'] : [];
  const lines = [`from a telephone or another computer on this network: ${first}`, ...others.map((other) => `  or ${other}`)];
  const { certificate } = page;
  if (certificate === undefined)
    lines.push('  browsers on other machines give the microphone to https pages only: set http.https.enabled=true');
  else if (certificate.origin !== 'given')
    lines.push(`  the certificate is self-signed, so the browser warns once; its SHA-256 is ${certificate.fingerprint}`);
  return isForLan ? [...lines, ...qrCode(first, inColour)] : lines;
}

/**
 * Where the API token is. It is shown once, to a person at a terminal who has just had it made: whatever else is written to is kept by somebody,
 * as the log of a container is.
 */
export function tokenNotice({ token, origin }: ApiToken, file: string, isTerminal: boolean): readonly string[] {
  if (origin === 'given') return ['API token: as given'];
  return [
    `API token: in ${file}`,
    ...(origin === 'made' && isTerminal ? [`the token was just made and is shown only this once: ${token}`] : []),
  ];
}

/** Two modules a character. In colour it is black on white whatever the terminal's colours are, as cameras want it. */
function qrCode(url: string, inColour: boolean): readonly string[] {
  const rows = renderUnicodeCompact(url, { border: 2, ecc: 'M' }).split('\n');
  return inColour ? rows.map((row) => `\u001B[97;40m${row}\u001B[0m`) : rows;
}
