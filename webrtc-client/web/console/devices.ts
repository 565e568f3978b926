export interface Device {
  readonly id: string;
  readonly label: string;
}

export interface Devices {
  readonly microphones: readonly Device[];
  readonly speakers: readonly Device[];
  /** Browsers without `setSinkId` play where the system says. */
  readonly canChooseSpeaker: boolean;
}

export const NO_DEVICES: Devices = { microphones: [], speakers: [], canChooseSpeaker: false };

/** The microphones and speakers there are. Before the microphone was allowed once, browsers tell neither names nor ids: then the lists are empty. */
export async function listDevices(media: MediaDevices | undefined): Promise<Devices> {
  const all = (await media?.enumerateDevices().catch(() => [])) ?? [];
  return {
    microphones: named(all, 'audioinput'),
    speakers: named(all, 'audiooutput'),
    canChooseSpeaker: 'setSinkId' in HTMLMediaElement.prototype,
  };
}

function named(all: readonly MediaDeviceInfo[], kind: MediaDeviceKind): readonly Device[] {
  return all
    .filter((device) => device.kind === kind && device.deviceId !== '' && device.deviceId !== 'default' && device.label !== '')
    .map(({ deviceId, label }) => ({ id: deviceId, label }));
}
