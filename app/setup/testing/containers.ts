import { mkdir, statfs } from 'node:fs/promises';
import { places } from '../places.ts';
import { runCommand } from '../run-command.ts';

/** Two images with their layers and packages; measured 4 GB. */
const IMAGES_BYTES = 6e9;
/** Measured 6 GB more. */
const GPU_IMAGES_BYTES = 14e9;

export interface ContainerHost {
  readonly platform: NodeJS.Platform;
  readonly userId: number | undefined;
  readonly hasApt: boolean;
  readonly freeBytes: number;
}

/** Why images can be neither built nor run by the tests here. A person's own engine, rootless or with a daemon, is left alone. */
export async function whyNoContainers(host?: ContainerHost): Promise<string | undefined> {
  return obstacle(host ?? (await thisHost()), IMAGES_BYTES);
}

/** The images for a GPU are for CI, or for whoever names them: gigabytes of packages. */
export async function whyNoGpuImages(
  host?: ContainerHost,
  isWanted = process.env['CI'] !== undefined || process.argv.includes('images-gpu'),
): Promise<string | undefined> {
  if (!isWanted) return '4 GB of packages; `npm test -- images-gpu` builds and starts them';
  return obstacle(host ?? (await thisHost()), GPU_IMAGES_BYTES);
}

function obstacle({ platform, userId, hasApt, freeBytes }: ContainerHost, neededBytes: number): string | undefined {
  if (platform !== 'linux' || !hasApt)
    return 'the images are built with podman and mmdebstrap, which this installs on Debian and Ubuntu only';
  if (userId !== 0) return 'only root can build and run the images here; `sudo npm test -- images` does';
  if (freeBytes < neededBytes)
    return `the images need ${Math.round(neededBytes / 1e9)} GB in the cache folder, and ${Math.floor(freeBytes / 1e9)} GB are free`;
  return undefined;
}

async function thisHost(): Promise<ContainerHost> {
  const { cacheDir } = places();
  await mkdir(cacheDir, { recursive: true });
  const { bavail, bsize } = await statfs(cacheDir);
  const { code } = await runCommand('dpkg-query', ['--version'], new AbortController().signal);
  return { platform: process.platform, userId: process.getuid?.(), hasApt: code === 0, freeBytes: bavail * bsize };
}
