import { describe, expect, it } from 'vitest';
import { whyNoContainers, whyNoGpuImages, type ContainerHost } from './containers.ts';

const HOST: ContainerHost = { platform: 'linux', userId: 0, hasApt: true, freeBytes: 50e9 };

describe('whether images can be tested here', () => {
  it('they can as root on Debian', async () => {
    expect(await whyNoContainers(HOST)).toBeUndefined();
    expect(await whyNoGpuImages(HOST, true)).toBeUndefined();
  });

  it.each([
    [{ platform: 'darwin' }, 'Debian and Ubuntu only'],
    [{ hasApt: false }, 'Debian and Ubuntu only'],
    [{ userId: 1000 }, 'only root'],
    [{ userId: undefined }, 'only root'],
    [{ freeBytes: 5.4e9 }, 'need 6 GB in the cache folder, and 5 GB are free'],
  ] as const)('not with %o', async (difference, why) => {
    expect(await whyNoContainers({ ...HOST, ...difference })).toContain(why);
  });

  it('those for a GPU want to be named, and more room', async () => {
    expect(await whyNoGpuImages(HOST, false)).toContain('npm test -- images-gpu');
    expect(await whyNoGpuImages({ ...HOST, freeBytes: 10e9 }, true)).toContain('need 14 GB');
  });
});
