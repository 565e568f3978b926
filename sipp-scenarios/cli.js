#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { catalogue, findScenario, runScenario } from './index.js';

const USAGE = `sipp-scenarios list
sipp-scenarios run NAME[,NAME...]|all HOST:PORT [--user bot] [--calls 1] [--rate 10] [--hold-ms 2000] [--media-port 20000]

"all" leaves out what needs a full or a ringing callee, or a very long call.
`;

/** @param {string[]} argv */
async function main(argv) {
  const { values, positionals } = parseArgs({
    args: argv, allowPositionals: true,
    options: { user: { type: 'string' }, calls: { type: 'string' }, rate: { type: 'string' }, 'hold-ms': { type: 'string' }, 'media-port': { type: 'string' } },
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
  const names = which === 'all' ? catalogue.filter((entry) => entry.needs !== 'full' && entry.needs !== 'ringing' && entry.seconds < 45).map((entry) => entry.name) : which.split(',');
  let failed = 0;
  for (const name of names) {
    const user = findScenario(name).needs === 'nobody' ? 'nobody-lives-here' : (values.user ?? 'bot');
    const result = await runScenario({
      name, target, user,
      calls: Number(values.calls ?? 1), rate: Number(values.rate ?? 10), holdMs: Number(values['hold-ms'] ?? 2000), mediaPort: Number(values['media-port'] ?? 20000),
    });
    const { successful = 0, failed: lost = 0, retransmissions = 0 } = result.statistics ?? {};
    console.log(`${result.ok ? 'ok    ' : 'FAILED'} ${name.padEnd(24)}${successful} ok, ${lost} failed, ${retransmissions} retransmissions, ${(result.wallMs / 1000).toFixed(1)} s${result.ok ? '' : `: ${result.meaning}`}`);
    if (!result.ok) {
      failed++;
      process.stderr.write(`${result.errors.split('\n').slice(0, 30).join('\n')}\n`);
    }
  }
  return failed === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => { process.exitCode = code; },
  (error) => { console.error(error instanceof Error ? error.message : String(error)); process.exitCode = 2; },
);
