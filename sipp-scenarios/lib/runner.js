import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { isIPv6 } from 'node:net';
import { localAddressFor } from './local-address.js';
import { findScenario, scenarioPath } from './catalogue.js';
import { parseStatistics } from './statistics.js';
import { speechLikeMulaw } from './voice.js';

/** Where Debian's sip-tester keeps its captures. */
const CAPTURES_DIR = '/usr/share/sip-tester';
const MAX_OUTPUT_CHARS = 20_000;

/** @type {Readonly<Record<number, string>>} */
const EXIT_CODES = {
  0: 'all calls succeeded',
  1: 'at least one call failed',
  97: 'ended by an internal command',
  99: 'no call was processed',
  253: 'a missing library',
  254: 'the local address or port cannot be bound',
  255: 'a fatal error',
};

/**
 * @typedef {object} RunOptions
 * @property {string} name                 of the catalogue
 * @property {string} target               `host:port`
 * @property {string} [user]               user part that is dialled; default `bot`
 * @property {number} [calls]              default 1
 * @property {number} [rate]               new calls a second; default 10
 * @property {number} [concurrent]         most calls at a time; default all
 * @property {number} [holdMs]             where a scenario pauses without saying how long; default 2000
 * @property {number} [timeoutS]           gives up; default by the scenario and the number of calls
 * @property {string} [localAddress]       in SIP and SDP; default the one from which the target is reached
 * @property {number} [localPort]          default any
 * @property {number} [mediaPort]          first of SIPp's media ports; default 20000
 * @property {Uint8Array} [voice]          headerless mu-law for the scenarios that speak
 * @property {string} [sipp]               the program; default `sipp`
 * @property {AbortSignal} [signal]        ends SIPp
 *
 * @typedef {object} RunResult
 * @property {string} name
 * @property {boolean} ok                  every call succeeded
 * @property {number | null} exitCode      of SIPp; null when a signal ended it
 * @property {string} meaning              of the exit code
 * @property {import('./statistics.js').Statistics | undefined} statistics
 * @property {string} errors               what SIPp complained about, cut to a bounded length
 * @property {number} wallMs
 */

/**
 * Runs one scenario with SIPp and reads its figures. Rejects only when SIPp cannot be started; calls that fail are a result.
 * @param {RunOptions} options
 * @returns {Promise<RunResult>}
 */
export async function runScenario(options) {
  const scenario = findScenario(options.name);
  const localAddress = options.localAddress ?? (await localAddressFor(options.target));
  const dir = await mkdtemp(join(tmpdir(), 'sipp-'));
  try {
    await copyFile(scenarioPath(scenario), join(dir, scenario.file));
    if (scenario.makes?.includes('voice.ulaw')) await writeFile(join(dir, 'voice.ulaw'), options.voice ?? speechLikeMulaw(6));
    for (const capture of scenario.captures ?? []) await copyFile(join(CAPTURES_DIR, capture), join(dir, basename(capture)));
    const startedAtMs = performance.now();
    const { exitCode, output } = await runSipp(
      options.sipp ?? 'sipp',
      sippArguments(scenario, { ...options, localAddress, localPort: options.localPort ?? (await freePort(localAddress)) }),
      dir,
      options.signal,
    );
    const errors = await readOr(join(dir, 'errors.log'), '');
    return {
      name: options.name,
      ok: exitCode === 0,
      exitCode,
      meaning: exitCode === null ? 'ended by a signal' : (EXIT_CODES[exitCode] ?? `exit code ${exitCode}`),
      statistics: parseStatistics(await readOr(join(dir, 'statistics.csv'), '')),
      errors: (errors || (exitCode === 0 ? '' : output)).slice(0, MAX_OUTPUT_CHARS),
      wallMs: performance.now() - startedAtMs,
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/**
 * @param {string} [program]
 * @returns {Promise<string | undefined>} such as `SIPp v3.6.1`; undefined where it is not installed
 */
export async function sippVersion(program = 'sipp') {
  try {
    const { output } = await runSipp(program, ['-v'], tmpdir(), undefined);
    return /SIPp v[^\s,]+/.exec(output)?.[0] ?? 'SIPp';
  } catch {
    return undefined;
  }
}

/**
 * @param {import('./catalogue.js').Scenario} scenario
 * @param {RunOptions} options
 * @returns {string[]}
 */
export function sippArguments(scenario, options) {
  const calls = options.calls ?? 1;
  const rate = options.rate ?? 10;
  const local = options.localAddress ?? '127.0.0.1';
  const holdMs = options.holdMs ?? 2000;
  const timeoutS = options.timeoutS ?? Math.ceil(scenario.seconds + calls / rate + holdMs / 1000);
  return [
    options.target,
    '-sf',
    scenario.file,
    '-s',
    options.user ?? 'bot',
    '-i',
    local,
    '-mi',
    local,
    '-mp',
    String(options.mediaPort ?? 20000),
    ...(options.localPort === undefined ? [] : ['-p', String(options.localPort)]),
    '-t',
    scenario.transport === 'tcp' ? 't1' : 'u1',
    '-m',
    String(calls),
    '-r',
    String(rate),
    '-l',
    String(options.concurrent ?? calls),
    '-d',
    String(holdMs),
    '-nostdin',
    '-trace_stat',
    '-stf',
    'statistics.csv',
    '-fd',
    '1',
    '-trace_err',
    '-error_file',
    'errors.log',
    '-timeout',
    `${timeoutS}s`,
    '-timeout_error',
  ];
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<{ exitCode: number | null, output: string }>}
 */
function runSipp(program, args, cwd, signal) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], signal, env: { ...process.env, TERM: 'dumb' } });
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      if (output.length < MAX_OUTPUT_CHARS) output += chunk.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      const code = /** @type {NodeJS.ErrnoException} */ (error).code;
      reject(code === 'ENOENT' ? new Error(`${program} is not installed; on Debian and Ubuntu: apt-get install sip-tester`) : error);
    });
    child.on('close', (exitCode) => resolve({ exitCode, output }));
  });
}

/**
 * SIPp would take 5060 wherever it is free, and keep a server that starts meanwhile from it.
 * @param {string} address
 */
async function freePort(address) {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/**
 * @param {string} path
 * @param {string} otherwise
 */
async function readOr(path, otherwise) {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return otherwise;
  }
}
