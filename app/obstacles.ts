import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '#config';
import { errorText } from '#domain/errors';
import { whyNotFree } from './free-port.ts';
import { readRunning, runningFile, type Running } from './running-file.ts';

/** Everything that would stop the start later on, so that nobody waits for models only to hear it. One line each. */
export async function findObstacles(config: Config): Promise<readonly string[]> {
  const running = readRunning(runningFile(config.http.tokenFile));
  const ports = await Promise.all(wantedPorts(config).map((wanted) => portObstacle(wanted, running)));
  const folders = [folderObstacle('store.path', config.store.path), folderObstacle('http.tokenFile', config.http.tokenFile)];
  return [...ports, ...folders].filter((obstacle) => obstacle !== undefined);
}

interface WantedPort {
  readonly what: 'SIP' | 'HTTP';
  readonly key: string;
  readonly transport: 'udp' | 'tcp';
  readonly host: string;
  readonly port: number;
}

function wantedPorts({ sip, http }: Config): readonly WantedPort[] {
  const transports = sip.backend === 'embedded' ? sip.transports : [];
  return [
    ...transports.map((transport) => ({ what: 'SIP' as const, key: 'sip', transport, host: sip.bindAddress, port: sip.port })),
    { what: 'HTTP', key: 'http', transport: 'tcp', host: http.bindAddress, port: http.port },
  ];
}

async function portObstacle(wanted: WantedPort, running: Running | undefined): Promise<string | undefined> {
  const { transport, host, port } = wanted;
  const code = await whyNotFree(transport, host, port);
  return code === undefined ? undefined : portMessage(wanted, code, running);
}

/** What a person can do about a port that cannot be had. */
export function portMessage({ what, key, transport, host, port }: WantedPort, code: string, running: Running | undefined): string {
  const name = `${what} port ${port} (${transport.toUpperCase()})`;
  const another = `choose another with --set ${key}.port=${port + 10}`;
  if (code === 'EADDRNOTAVAIL') return `${name}: ${host} is not an address of this machine; set ${key}.bindAddress to one that is, or to 0.0.0.0`;
  if (code === 'EACCES') return `${name} may not be used by this user: ports below 1024 need rights; ${another}`;
  if (code !== 'EADDRINUSE') return `${name} on ${host} cannot be used (${code}): ${another}`;
  const who = running === undefined ? '' : ` while a Parley of this folder runs as process ${running.pid} (sip:bot@${running.sip})`;
  return `${name} is taken${who}: stop what uses it, or ${another}`;
}

function folderObstacle(key: string, path: string): string | undefined {
  const folder = dirname(path);
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return `${key} = ${path} is a folder; it must name a file`;
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return `${key} = ${path}: nothing can be written to ${folder} (${errorText(error)}); name a place that this user may write to with --set ${key}=FILE`;
  }
}
