import { existsSync, readFileSync } from 'node:fs';
import { AppError } from '#domain/errors';
import { runCommand } from './run-command.ts';
import type { Report, Step } from './step.ts';

/** Debian packages that the end-to-end tests use: phones, SIPp, packet capture, recorded speech, a TURN server, a message broker. */
const PHONES = ['sip-tester', 'baresip-core', 'linphone-cli', 'tshark', 'sox', 'pocketsphinx-testdata', 'coturn', 'rabbitmq-server'];
/** Ubuntu has browsers as snaps only, which do not run everywhere: there the browser tests use what is installed. Firefox wants a sound card. */
const DEBIAN_BROWSERS = ['chromium', 'firefox-esr', 'pulseaudio'];
/** What builds the images and runs them, without a daemon; mmdebstrap makes the base image where no hub is. */
const CONTAINER_TOOLS = ['buildah', 'podman', 'runc', 'conmon', 'mmdebstrap'];
const LOCK_PATIENCE_S = 180;

/** Test phones by apt-get. Elsewhere than on Debian and Ubuntu there is nothing to do: their tests say that they were skipped. */
export function phonesStep(platform?: NodeJS.Platform, osRelease = readOsRelease()): Step {
  const packages = /^ID=debian$/m.test(osRelease) ? [...PHONES, ...DEBIAN_BROWSERS] : PHONES;
  return systemPackagesStep({ title: 'Test phones and browsers', packages, who: 'The end-to-end tests' }, platform);
}

/** What the images are tested with. Only root can do that, so nobody else is asked to install it. */
export function containerToolsStep(platform?: NodeJS.Platform, isRoot = process.getuid?.() === 0): Step {
  return systemPackagesStep(
    { title: 'Container tools', packages: isRoot ? CONTAINER_TOOLS : [], who: 'The tests of the images' },
    platform,
  );
}

interface Wanted {
  readonly title: string;
  readonly packages: readonly string[];
  /** Who needs them, as the beginning of a sentence. */
  readonly who: string;
}

function systemPackagesStep({ title, packages, who }: Wanted, platform: NodeJS.Platform = process.platform): Step {
  const never = new AbortController().signal;
  const missing = async (): Promise<readonly string[]> => {
    if (platform !== 'linux' || packages.length === 0) return [];
    const { code, stdout } = await runCommand('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n', ...packages], never);
    if (code === 127) return [];
    const installed = new Set(
      stdout
        .split('\n')
        .filter((line) => line.endsWith(' installed'))
        .map((line) => line.split(' ')[0]),
    );
    return packages.filter((name) => !installed.has(name));
  };
  return {
    title,
    missing: async () => {
      const names = await missing();
      return names.length === 0 ? undefined : `${names.join(', ')} by apt-get`;
    },
    run: async (report, signal) => {
      const names = await missing();
      const prefix = await rootPrefix(signal);
      const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...names];
      if (prefix === undefined) {
        throw new AppError(
          'SYSTEM_PACKAGES',
          `${who} need ${names.join(', ')}. Only root can install them; run this once, then npm test again:\n    sudo apt-get update && sudo ${install.join(' ')}`,
        );
      }
      const apt = (args: readonly string[]): ReturnType<typeof runCommand> => {
        const [command = 'apt-get', ...rest] = [
          ...prefix,
          'env',
          'DEBIAN_FRONTEND=noninteractive',
          'apt-get',
          '-q',
          '-o',
          `DPkg::Lock::Timeout=${LOCK_PATIENCE_S}`,
          ...args,
        ];
        return runCommand(command, rest, signal, { onStatusLine: aptProgress(report) });
      };
      report({ label: 'reading the lists of packages' });
      const updated = await apt(['update']);
      // Descriptor 3 does not survive sudo, which closes all but the first three.
      const status = prefix.length === 0 ? ['-o', 'APT::Status-Fd=3'] : [];
      report({ label: `installing ${names.length} packages and what they need` });
      const installed = await withoutServices(prefix, signal, () => apt([...status, ...install.slice(1)]));
      const still = await missing();
      if (installed.code === 0 && still.length === 0) return;
      const tail = [...(updated.code === 0 ? [] : updated.tail.slice(-3)), ...installed.tail.slice(-4)];
      throw new AppError('SYSTEM_PACKAGES', `apt-get could not install ${still.join(', ')}:\n    ${tail.join('\n    ')}`, {
        retryable: true,
      });
    },
  };
}

/** While `work` installs packages none of them starts a service: the tests start their own, on loopback (deb-systemd-invoke asks this script). */
async function withoutServices<T>(prefix: readonly string[], signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (existsSync(POLICY)) return work();
  const run = (script: string): ReturnType<typeof runCommand> => {
    const [command, ...rest] = [...prefix, 'sh', '-c', script];
    return runCommand(command ?? 'sh', rest, new AbortController().signal);
  };
  signal.throwIfAborted();
  await run(`printf '#!/bin/sh\\nexit 101\\n' > ${POLICY} && chmod 755 ${POLICY}`);
  try {
    return await work();
  } finally {
    await run(`rm -f ${POLICY}`);
  }
}

const POLICY = '/usr/sbin/policy-rc.d';

/** `dlstatus:3:12.5:Retrieving file 3 of 20` and `pmstatus:sox:45.0:Installing sox`. */
export function aptProgress(report: Report): (line: string) => void {
  return (line) => {
    const read = /^(dlstatus|pmstatus):[^:]*:([\d.]+):(.*)$/.exec(line);
    if (read === null) return;
    const [, kind, percent, words] = read;
    // Downloading is the first half of the way.
    const done = kind === 'dlstatus' ? Number(percent) / 2 : 50 + Number(percent) / 2;
    report({ label: words ?? '', done: Math.round(done), total: 100, unit: 'percent' });
  };
}

function readOsRelease(): string {
  try {
    return readFileSync('/etc/os-release', 'utf8');
  } catch {
    return '';
  }
}

/** How to become root without a question: not at all, by sudo, or undefined when it cannot be done. */
async function rootPrefix(signal: AbortSignal): Promise<readonly string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  const { code } = await runCommand('sudo', ['-n', 'true'], signal);
  return code === 0 ? ['sudo', '-n'] : undefined;
}
