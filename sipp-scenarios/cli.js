#!/usr/bin/env node
import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { catalogue, findScenario, runScenario } from './index.js';

const USAGE = `sipp-scenarios list
sipp-scenarios run NAME[,NAME...]|all HOST:PORT [--user bot] [--calls 1] [--rate 10] [--hold-ms 2000]
                   [--local-address ADDRESS] [--local-port PORT] [--media-port 20000]

--local-address is the address in SIP and SDP; the default is the local address that reaches HOST.

"all" leaves out the scenarios that need a full or a ringing callee, and those of 45 s or more.
`;

/** @param {string[]} argv */
async function main(argv) {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      user: { type: 'string' },
      calls: { type: 'string' },
      rate: { type: 'string' },
      'hold-ms': { type: 'string' },
      'local-address': { type: 'string' },
      'local-port': { type: 'string' },
      'media-port': { type: 'string' },
    },
  });
  const [command, which, target] = positionals;
  if (command === 'list') {
    for (const entry of catalogue) console.log(`${entry.name.padEnd(24)}${entry.proves}`);
    return 0;
  }
  if (command !== 'run' || which === undefined || target === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  const names =
    which === 'all'
      ? catalogue.filter((entry) => entry.needs !== 'full' && entry.needs !== 'ringing' && entry.seconds < 45).map((entry) => entry.name)
      : which.split(',');
  const options = {
    calls: wholeNumber('calls', values.calls, 1),
    rate: wholeNumber('rate', values.rate, 10),
    holdMs: wholeNumber('hold-ms', values['hold-ms'], 2000),
    mediaPort: wholeNumber('media-port', values['media-port'], 20000),
    ...(values['local-port'] === undefined ? {} : { localPort: wholeNumber('local-port', values['local-port'], 0) }),
    ...(values['local-address'] === undefined ? {} : { localAddress: localAddress(values['local-address']) }),
  };
  let failed = 0;
  for (const name of names) {
    const user = findScenario(name).needs === 'nobody' ? 'nobody-lives-here' : (values.user ?? 'bot');
    const result = await runScenario({ name, target, user, ...options });
    const { successful = 0, failed: lost = 0, retransmissions = 0 } = result.statistics ?? {};
    console.log(
      `${result.ok ? 'ok    ' : 'FAILED'} ${name.padEnd(24)}${successful} ok, ${lost} failed, ${retransmissions} retransmissions, ${(result.wallMs / 1000).toFixed(1)} s${result.ok ? '' : `: ${result.meaning}`}`,
    );
    if (!result.ok) {
      failed++;
      process.stderr.write(`${result.errors.split('\n').slice(0, 30).join('\n')}\n`);
    }
  }
  return failed === 0 ? 0 : 1;
}

/**
 * @param {string} name
 * @param {string | undefined} text
 * @param {number} usual
 */
function wholeNumber(name, text, usual) {
  if (text === undefined) return usual;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} "${text}": must be a whole number`);
  return Number(text);
}

/** @param {string} text */
function localAddress(text) {
  if (isIP(text) === 0) throw new Error(`--local-address "${text}": must be an address of this machine, such as 192.0.2.7`);
  return text;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  },
);
