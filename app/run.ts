import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig, usage, type Config } from '#config';
import { AppError } from '#domain/errors';
import { startParley, type Parley } from './compose.ts';
import { invitation, tokenNotice } from './invitation.ts';
import { certificateFaults } from './certificate-faults.ts';
import { findObstacles } from './obstacles.ts';
import { checkPersonas } from './persona-faults.ts';
import { personaReport } from './personas.ts';
import { forgetRunning, noteRunning, runningFile, type Running } from './running-file.ts';
import { keepNewFilesPrivate, mendModes, withUsualUmask } from './private-files.ts';
import { privatePlaces } from './private-places.ts';
import { prepareFor } from './setup/prepare.ts';
import { startServices, type Services } from './services/index.ts';
import { planServices } from './services/plan.ts';
import { createLog, logFunction, sumUpLog } from './telemetry/log.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PAGE_DIR = join(ROOT, 'webrtc-client', 'dist');

/** Prepares, starts, and stays until it is told to stop; resolves with the exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const usualUmask = process.umask();
  keepNewFilesPrivate();
  const loaded = loadConfig({ argv, env: process.env, root: ROOT, cwd: process.env['INIT_CWD'] ?? process.cwd() });
  if (loaded.flags.help) return print(usage);
  if (loaded.kind === 'faults') return print(loaded.report, 2);
  if (loaded.flags.check) return await check(loaded.effective, loaded.config, loaded.warnings);

  const { config, secrets } = loaded;
  for (const warning of loaded.warnings) progress(`warning: ${warning}`);
  const log = createLog({ ...config.log, callsPerMinute: config.limits.calls / 2 });
  process.once('exit', () => sumUpLog(log));
  await refuseFaultyPersonas(config, log);
  const obstacles = await findObstacles(config);
  if (obstacles.length > 0) throw new AppError('CANNOT_START', `CANNOT_START: ${obstacles.join('\n  ')}`);
  const stopping = stopSignals();
  // Whoever has all services elsewhere needs none of their packages.
  const ownServices = planServices(config, secrets).some(({ start }) => start !== undefined);
  const prepared = await withUsualUmask(usualUmask, () => prepareFor(ownServices ? ['page', 'python', 'models'] : ['page', 'models']));
  for (const fault of mendModes(privatePlaces(config, { root: ROOT, cacheDir: prepared.cacheDir })))
    log.warn({ fault }, 'others can read a file, and its mode cannot be changed');
  const services = await startServices(config, { places: { root: ROOT, ...prepared }, secrets, log: logFunction(log), progress });
  let parley: Parley | undefined;
  const breakOff = new AbortController();
  try {
    const starting = startParley({ config, secrets, log, services, ...prepared, pageDir: PAGE_DIR, progress, stop: breakOff.signal });
    const early = await Promise.race([starting.then(() => false), stopping.then(() => true)]);
    parley = early ? undefined : await starting;
    if (parley !== undefined) {
      announce(parley, config, loaded.flags.lan, services);
      noteRunning(runningFile(config.http.tokenFile), whereabouts(parley, config, services));
      await stopping;
      log.info({}, 'stopping: running calls say goodbye');
      await parley.drain();
    } else {
      breakOff.abort();
      void starting.then(
        (late) => late.close(),
        () => {},
      );
    }
  } finally {
    forgetRunning(runningFile(config.http.tokenFile), process.pid);
    await parley?.close();
    await services.stop();
  }
  log.info({}, 'stopped');
  return 0;
}

/** The effective configuration, and whatever is wrong with the certificates and personas that it names. */
async function check(effective: string, config: Config, unsure: readonly string[]): Promise<number> {
  const { personas, faults, warnings } = await checkPersonas(config, createLog({ ...config.log, level: 'silent' }));
  print(effective);
  for (const warning of [...unsure, ...warnings]) process.stderr.write(`warning: ${warning}\n`);
  const certificates = certificateFaults(config, Date.now());
  if (certificates.length > 0) return print(certificates.join('\n'), 2);
  if (faults.length > 0) return print(personaReport(config.personas.directory, faults), 2);
  return print(`# personas: ${personas.map(({ name }) => name).join(', ')}`);
}

/** Before anything is fetched or started: whoever mistyped a host should not wait for the models. */
async function refuseFaultyPersonas(config: Config, log: ReturnType<typeof createLog>): Promise<void> {
  const { faults, warnings } = await checkPersonas(config, log);
  for (const warning of warnings) progress(`warning: ${warning}`);
  if (faults.length > 0) throw new AppError('PERSONAS_INVALID', personaReport(config.personas.directory, faults));
}

/** Resolves at the first SIGTERM or Ctrl-C; a second one ends the process at once. */
async function stopSignals(): Promise<void> {
  const first = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await first;
  const firstAtMs = performance.now();
  const again = (): void => {
    if (performance.now() - firstAtMs > SAME_PRESS_MS) process.exit(130);
  };
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, again);
}

/** As gpu-services/llm/settings.py calls it. */
const BUILT_IN_MODEL = 'SmolLM2-135M-Instruct';

/** One Ctrl-C comes from the terminal, from npm and from the launcher: within so long they are one. */
const SAME_PRESS_MS = 400;

function announce(parley: Parley, config: Config, isForLan: boolean, services: Services): void {
  const { addresses, page, token } = parley;
  const first = addresses[0] ?? `127.0.0.1:${config.sip.port}`;
  progress(`HTTP API, /health and /metrics: ${page.httpUrl}`);
  for (const line of tokenNotice(token, config.http.tokenFile, process.stderr.isTTY)) progress(line);
  progress(`telephone calls are accepted from: ${config.sip.allow.join(', ')} (sip.allow)`);
  for (const { name, hosts } of config.sip.trunks) progress(`and from trunk ${name}: ${hosts.join(', ')}`);
  for (const { name, user: part, domain, persona } of config.sip.accounts)
    progress(`and by account ${name}: ${part}@${domain}, answered by ${persona}`);
  const { user } = parley;
  for (const other of addresses.slice(1)) progress(`SIP, too: sip:${user}@${other}`);
  const talker = services.status().find(({ name, managed }) => name === 'llm' && managed)?.details['model'];
  if (talker === BUILT_IN_MODEL)
    progress(
      `free talk (sip:chat) uses ${BUILT_IN_MODEL}, a small built-in model that is often wrong. Choose a better one with LLM_MODEL or VLLM_BASE_URL; see README.md`,
    );
  for (const line of invitation(page, isForLan, process.stderr.isTTY)) progress(line);
  process.stdout.write(`Ready: dial sip:${user}@${first} or open ${page.local}\n`);
}

function whereabouts({ addresses, page, user }: Parley, { sip, clients }: Config, { keys }: Services): Running {
  const sipAddress = addresses.find((address) => address.startsWith('127.')) ?? addresses[0] ?? `127.0.0.1:${sip.port}`;
  const key = keys.tts === undefined ? {} : { servicesKey: keys.tts };
  return {
    pid: process.pid,
    sip: sipAddress,
    user,
    httpUrl: page.httpUrl,
    sttUrl: clients.stt.url,
    ttsUrl: new URL(clients.tts.url).origin,
    ...key,
  };
}

function print(text: string, code = 0): number {
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  return code;
}

/** For the person at the terminal; log lines are for machines. */
function progress(message: string): void {
  process.stderr.write(`  ${message}\n`);
}
