import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

/** Debian's and Ubuntu's names for it. */
const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** What a headless browser without a sound card or a window needs to hold a call on loopback. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--allow-loopback-in-peer-connection',
  '--autoplay-policy=no-user-gesture-required',
];

export interface ChromiumOptions {
  /** A WAV that is the microphone from the moment that it is opened, once, then silence. */
  readonly microphoneFile?: string;
  /** `refuse`: the person says no. `none`: the machine has none. */
  readonly microphone?: 'allow' | 'refuse' | 'none';
  readonly flags?: readonly string[];
}

export async function launchChromium({ microphoneFile, microphone = 'allow', flags = [] }: ChromiumOptions = {}): Promise<Browser> {
  const executablePath = PATHS.find((candidate) => existsSync(candidate));
  if (executablePath === undefined) throw new Error(`no Chromium is here (looked at ${PATHS.join(', ')}); npm test installs it on Debian`);
  return await chromium.launch({
    executablePath,
    args: [
      ...FLAGS,
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      microphone === 'none' ? '--disable-audio-input' : '--use-fake-device-for-media-stream',
      microphone === 'refuse' ? '--deny-permission-prompts' : '--use-fake-ui-for-media-stream',
      ...(microphoneFile === undefined ? [] : [`--use-file-for-fake-audio-capture=${microphoneFile}%noloop`]),
      ...flags,
    ],
  });
}
