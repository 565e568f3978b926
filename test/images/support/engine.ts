import { constants } from 'node:fs';
import { access, chmod, copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand, type CommandOptions, type CommandResult } from '#app/setup/run-command';

/** The name by which the Dockerfiles ask for their base. A person's engine has it from the hub; here it is made from Debian's packages. */
const BASE_IMAGE = 'docker.io/library/debian:bookworm-slim';
const BASE_SUITE = 'bookworm';
/** Debian's updates come in about so often. */
const BASE_GOOD_FOR_MS = 30 * 24 * 3600_000;
/** Layers that no image has used for so long go: that bounds the folder to about 5 GB, GPU images apart. */
const LAYERS_KEPT = '24h';
/** Where runc may raise no limits, as in some virtual machines, containers get these and start. */
export const LIMITS = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1000:1000'];
export const BUILD_FLAGS = ['--isolation', 'chroot', '--pull=never', '--format', 'docker'];
const CERTIFICATES = '/usr/local/share/host-certificates.pem';

export const never = new AbortController().signal;

/** podman with its own storage in the cache folder, apart from whatever images this machine has. */
export interface Engine {
  /** A program that is podman with that storage: what podman-compose is told to call. */
  readonly program: string;
  /** Where its storage is; room for more. */
  readonly folder: string;
  readonly buildFlags: readonly string[];
  /** Never throws for an exit code. */
  readonly podman: (args: readonly string[], options?: CommandOptions) => Promise<CommandResult>;
  /** Throws with the last lines when it ends badly; gives what it wrote to stdout. */
  readonly ok: (args: readonly string[], options?: CommandOptions) => Promise<string>;
  /** Removes the layers that no image uses any more. */
  readonly tidy: () => Promise<void>;
}

export async function openEngine(cacheDir: string): Promise<Engine> {
  const folder = join(cacheDir, 'images');
  const tmp = join(folder, 'tmp');
  await mkdir(tmp, { recursive: true });
  const driver = (await canMountOverlay(folder)) ? 'overlay' : 'vfs';
  const program = join(folder, `podman-${driver}`);
  const flags = [
    '--root',
    join(folder, `storage-${driver}`),
    '--runroot',
    join(folder, 'run'),
    '--storage-driver',
    driver,
    '--runtime',
    'runc',
    '--cgroup-manager=cgroupfs',
    '--events-backend=file',
  ];
  // TMPDIR is where caches of `RUN --mount=type=cache` live.
  await writeFile(program, `#!/bin/sh\nTMPDIR=${quoted(tmp)} exec podman ${flags.map(quoted).join(' ')} "$@"\n`);
  await chmod(program, 0o755);
  const podman: Engine['podman'] = (args, options) => runCommand(program, args, never, options);
  const ok: Engine['ok'] = async (args, options) => {
    const { code, tail, stdout } = await podman(args, options);
    if (code !== 0) throw new Error(`podman ${args.join(' ')} ended with ${code}:\n${tail.slice(-25).join('\n')}`);
    return stdout;
  };
  const engine: Engine = {
    program,
    folder,
    podman,
    ok,
    // With vfs each layer is a copy of everything.
    buildFlags: [...BUILD_FLAGS, driver === 'overlay' ? '--layers' : '--layers=false'],
    tidy: async () => void (await podman(['image', 'prune', '--force', '--filter', `until=${LAYERS_KEPT}`])),
  };
  await provideBase(engine);
  return engine;
}

async function canMountOverlay(folder: string): Promise<boolean> {
  const at = (name: string): string => join(folder, 'probe', name);
  await Promise.all(['lower', 'upper', 'work', 'merged'].map((name) => mkdir(at(name), { recursive: true })));
  const { code } = await runCommand(
    'mount',
    ['-t', 'overlay', 'overlay', '-o', `lowerdir=${at('lower')},upperdir=${at('upper')},workdir=${at('work')}`, at('merged')],
    never,
  );
  if (code === 0) await runCommand('umount', [at('merged')], never);
  await rm(join(folder, 'probe'), { recursive: true, force: true });
  return code === 0;
}

/** The base image, from Debian's packages; made anew when it is old. It knows the way to the package registries that this machine has. */
async function provideBase({ folder, podman, ok }: Engine): Promise<void> {
  const rootfs = join(folder, `${BASE_SUITE}.tar`);
  if (await isOlder(rootfs, BASE_GOOD_FOR_MS)) {
    const draft = `${rootfs}.${process.pid}`;
    const { code, tail } = await runCommand('mmdebstrap', ['--variant=minbase', '--format=tar', BASE_SUITE, draft], never);
    if (code !== 0) throw new Error(`mmdebstrap could not make the base image:\n${tail.slice(-10).join('\n')}`);
    await rename(draft, rootfs);
  } else if ((await podman(['image', 'exists', BASE_IMAGE])).code === 0) return;
  const plain = 'localhost/parley-test-base';
  await ok(['import', rootfs, plain]);
  const recipe = join(folder, 'base');
  await mkdir(recipe, { recursive: true });
  const lines = [`FROM ${plain}`, 'CMD ["bash"]'];
  const certificates = hostCertificates();
  if (certificates !== undefined) {
    await copyFile(certificates, join(recipe, 'certificates.pem'));
    lines.push(
      `COPY certificates.pem ${CERTIFICATES}`,
      `ENV PIP_CERT=${CERTIFICATES} NODE_EXTRA_CA_CERTS=${CERTIFICATES} SSL_CERT_FILE=${CERTIFICATES}`,
    );
  }
  for (const name of ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'npm_config_registry', 'http_proxy', 'https_proxy', 'no_proxy']) {
    const value = process.env[name];
    if (value) lines.push(`ENV ${name}=${JSON.stringify(value)}`);
  }
  await writeFile(join(recipe, 'Dockerfile'), `${lines.join('\n')}\n`);
  await ok(['build', ...BUILD_FLAGS, '--tag', BASE_IMAGE, recipe]);
}

/** Authorities beyond the usual ones, behind which the registries of some machines are. */
function hostCertificates(): string | undefined {
  return process.env['PIP_CERT'] ?? process.env['NODE_EXTRA_CA_CERTS'] ?? process.env['SSL_CERT_FILE'];
}

async function isOlder(path: string, ageMs: number): Promise<boolean> {
  try {
    await access(path, constants.R_OK);
    return Date.now() - (await stat(path)).mtimeMs > ageMs;
  } catch {
    return true;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
