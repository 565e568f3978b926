import { accessSync, constants, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '#config';
import { sipListeners } from '#sip-gateway/options';
import { errorText } from '#domain/errors';
import { certificateFaults } from './certificate-faults.ts';
import { descriptorObstacle, mostDescriptors } from './descriptors.ts';
import { whyNotFree } from './free-port.ts';
import { makePrivateFolder } from './private-files.ts';
import { readRunning, runningFile, type Running } from './running-file.ts';

/** Everything that would stop the start later on, so that nobody waits for models only to hear it. One line each. */
export async function findObstacles(config: Config): Promise<readonly string[]> {
  const running = readRunning(runningFile(config.http.tokenFile));
  const ports = await Promise.all(wantedPorts(config).map((wanted) => portObstacle(wanted, running)));
  const { https } = config.http;
  const folders = [
    folderObstacle('store.path', config.store.path),
    folderObstacle('http.tokenFile', config.http.tokenFile),
    ...(https.enabled && https.certFile === undefined ? [folderObstacle('http.https.directory', join(https.directory, 'cert.pem'))] : []),
  ];
  const certificates = certificateFaults(config, Date.now());
  return [...ports, await browserPortsObstacle(config), descriptorObstacle(config, mostDescriptors()), ...folders, ...certificates].filter(
    (obstacle) => obstacle !== undefined,
  );
}

interface WantedPort {
  readonly what: 'SIP' | 'HTTP' | 'HTTPS';
  readonly portKey: string;
  readonly hostKey: string;
  readonly transport: 'udp' | 'tcp';
  readonly host: string;
  readonly port: number;
}

function wantedPorts({ sip, http }: Config): readonly WantedPort[] {
  return [
    ...sipListeners(sip).map(({ socket, port, portKey }) => ({
      what: 'SIP' as const,
      portKey,
      hostKey: 'sip.bindAddress',
      transport: socket,
      host: sip.bindAddress,
      port,
    })),
    { what: 'HTTP', portKey: 'http.port', hostKey: 'http.bindAddress', transport: 'tcp', host: http.bindAddress, port: http.port },
    ...(http.https.enabled
      ? [
          {
            what: 'HTTPS' as const,
            portKey: 'http.https.port',
            hostKey: 'http.bindAddress',
            transport: 'tcp' as const,
            host: http.bindAddress,
            port: http.https.port,
          },
        ]
      : []),
  ];
}

/** Whether browsers could send their audio anywhere: each address must be this machine's, and one of the ports free. */
async function browserPortsObstacle({ webrtc }: Config): Promise<string | undefined> {
  const { enabled, bindAddresses, ports } = webrtc;
  if (!enabled) return undefined;
  const { first, last } = ports;
  const tried = first === 0 ? [0] : Array.from({ length: Math.min(PORTS_TRIED, last - first + 1) }, (_, index) => first + index);
  for (const host of bindAddresses.length === 0 ? ['0.0.0.0'] : bindAddresses) {
    let code: string | undefined;
    for (const port of tried) {
      code = await whyNotFree('udp', host, port);
      if (code !== 'EADDRINUSE') break;
    }
    if (code !== undefined) return browserPortsMessage(host, ports, code);
  }
  return undefined;
}

export function browserPortsMessage(
  host: string,
  { first, last }: { readonly first: number; readonly last: number },
  code: string,
): string {
  if (code === 'EADDRNOTAVAIL')
    return `webrtc.bindAddresses: ${host} is not an address of this machine; set one that is, or leave the list empty for all`;
  const range = `the UDP ports of browser calls, ${first} to ${last},`;
  if (code === 'EADDRINUSE')
    return `${range} are in use on ${host}: stop the program that uses them, or choose others with --set webrtc.ports.first=${last + 1} --set webrtc.ports.last=${last + 1000}`;
  return `${range} cannot be used on ${host} (${code}): choose others with webrtc.ports.first and webrtc.ports.last`;
}

/** In a range of which so many in a row are taken the rest will hardly be free. */
const PORTS_TRIED = 20;

async function portObstacle(wanted: WantedPort, running: Running | undefined): Promise<string | undefined> {
  const { transport, host, port } = wanted;
  const code = await whyNotFree(transport, host, port);
  return code === undefined ? undefined : portMessage(wanted, code, running);
}

/** What a person can do about a port that cannot be had. */
export function portMessage(
  { what, portKey, hostKey, transport, host, port }: WantedPort,
  code: string,
  running: Running | undefined,
): string {
  const name = `${what} port ${port} (${transport.toUpperCase()})`;
  const another = `choose another with --set ${portKey}=${port + 10}`;
  if (code === 'EADDRNOTAVAIL') return `${name}: ${host} is not an address of this machine; set ${hostKey} to one that is, or to 0.0.0.0`;
  if (code === 'EACCES') return `${name} needs more rights than this user has, as ports below 1024 do: ${another}`;
  if (code !== 'EADDRINUSE') return `${name} on ${host} cannot be used (${code}): ${another}`;
  const who =
    running === undefined ? '' : ` while a Parley of this folder runs as process ${running.pid} (sip:${running.user}@${running.sip})`;
  return `${name} is taken${who}: stop the program that uses it, or ${another}`;
}

function folderObstacle(key: string, path: string): string | undefined {
  const folder = dirname(path);
  try {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return `${key} = ${path} is a folder; it must name a file`;
    makePrivateFolder(folder);
    accessSync(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return `${key} = ${path}: the folder ${folder} is not writable (${errorText(error)}); choose one that this user may write to with --set ${key}=FILE`;
  }
}
