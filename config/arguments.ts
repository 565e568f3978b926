import type { Assignment, Fault } from './layers.ts';
import { fromText } from './layers.ts';

/** What the command line asks for. */
export interface Flags {
  readonly check: boolean;
  readonly help: boolean;
  /** The page is meant for telephones on the local network. */
  readonly lan: boolean;
}

export interface ArgumentsRead {
  readonly flags: Flags;
  /** As written; relative to where the command was called. */
  readonly files: readonly string[];
  readonly assignments: readonly Assignment[];
  /** What a flag brings along unless it is set elsewhere: weaker than every file, stronger than the defaults. */
  readonly implied: readonly Assignment[];
  readonly faults: readonly Fault[];
}

export const usage = `npm start -- [--config FILE] [--set key=value]... [--lan] [--check]

  --config FILE    a YAML file that overrides config/default.yaml; may be given more than once, the last one wins
  --set key=value  set one key, such as --set sip.port=5070; overrides everything else
  --lan            serve the page and the HTTP API to the local network (http.bindAddress=0.0.0.0), by HTTPS as well
                   (http.https.enabled=true, unless it is set otherwise), and print a QR code for telephones
  --check          print the effective configuration with secrets masked, report all faults, and exit
  --help           print this text`;

const KNOWN = ['--config', '--set', '--lan', '--check', '--help'];

/** Reads the arguments after the program's name. */
export function readArguments(argv: readonly string[]): ArgumentsRead {
  const flags = { check: false, help: false, lan: false };
  const files: string[] = [];
  const assignments: Assignment[] = [];
  const implied: Assignment[] = [];
  const faults: Fault[] = [];
  for (let i = 0; i < argv.length; i += 1) {
    const argument = argv[i] ?? '';
    const equals = argument.startsWith('--') ? argument.indexOf('=') : -1;
    const name = equals < 0 ? argument : argument.slice(0, equals);
    const takesValue = name === '--config' || name === '--set';
    const value = equals >= 0 ? argument.slice(equals + 1) : takesValue ? argv[(i += 1)] : undefined;
    if (takesValue && (value === undefined || value === '')) {
      faults.push({ source: 'command line', message: `${name} needs ${name === '--set' ? 'key=value after it' : 'a file after it'}` });
    } else if (name === '--config') files.push(value ?? '');
    else if (name === '--set') readSet(value ?? '', assignments, faults);
    else if (name === '--check') flags.check = true;
    else if (name === '--help' || name === '-h') flags.help = true;
    else if (name === '--lan') {
      flags.lan = true;
      assignments.push({ path: ['http', 'bindAddress'], source: '--lan', ...fromText('0.0.0.0') });
      implied.push({ path: ['http', 'https', 'enabled'], source: '--lan', ...fromText('true') });
    } else faults.push({ source: 'command line', message: `${argument} is not a known option; the options are ${KNOWN.join(', ')}` });
  }
  return { flags, files, assignments, implied, faults };
}

function readSet(text: string, assignments: Assignment[], faults: Fault[]): void {
  const at = text.indexOf('=');
  if (at <= 0) {
    faults.push({ source: '--set', value: text, message: 'must be key=value, such as sip.port=5070' });
    return;
  }
  assignments.push({ path: text.slice(0, at).trim().split('.'), source: '--set', ...fromText(text.slice(at + 1)) });
}
