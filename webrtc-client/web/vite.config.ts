import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { build, defineConfig, type Plugin, type UserConfig } from 'vite';

const HERE = import.meta.dirname;
const VIRTUAL = 'virtual:audio-worklet';
/** Current browsers two years back: all with private fields, `AbortSignal.any` and AudioWorklet. */
const TARGET = 'es2022';

/**
 * Two builds, `--mode page` and then `--mode element`, into one folder. The page is hashed files, nothing inline, so that a policy of
 * `script-src 'self'; style-src 'self'` holds; `voice-call.js` is the whole element in one file of a lasting name.
 */
export default defineConfig(({ mode }): UserConfig => (mode === 'element' ? elementBuild() : pageBuild()));

function pageBuild(): UserConfig {
  return {
    ...common(),
    plugins: [audioWorklet({ inline: false, folder: '.' })],
    build: {
      ...output(),
      emptyOutDir: true,
      // As addresses, never as data: which the policy would have to allow.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  };
}

function elementBuild(): UserConfig {
  return {
    ...common(),
    plugins: [audioWorklet({ inline: true, folder: './assets' })],
    build: {
      ...output(),
      emptyOutDir: false,
      lib: { entry: join(HERE, 'element', 'voice-call.ts'), formats: ['es'], fileName: () => 'voice-call.js' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  };
}

function common(): UserConfig {
  return {
    root: HERE,
    // Works below any path of a proxy.
    base: './',
    publicDir: false,
    envDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
  };
}

function output(): NonNullable<UserConfig['build']> {
  return { outDir: join(HERE, '..', 'dist'), target: TARGET, minify: true, reportCompressedSize: false, copyPublicDir: false };
}

/** Builds the AudioWorklet by itself: it runs in a global scope of its own, from one file. */
function audioWorklet({ inline, folder }: { readonly inline: boolean; readonly folder: string }): Plugin {
  return {
    name: 'parley-audio-worklet',
    resolveId: (id) => (id === VIRTUAL ? `\0${VIRTUAL}` : undefined),
    async load(id) {
      if (id !== `\0${VIRTUAL}`) return undefined;
      const source = await workletSource();
      const name = `audio-worklet-${createHash('sha256').update(source).digest('base64url').slice(0, 8)}.js`;
      this.emitFile({ type: 'asset', fileName: `assets/${name}`, source });
      return `export const workletFile = ${JSON.stringify(`${folder}/${name}`)};\nexport const workletSource = ${inline ? JSON.stringify(source) : 'undefined'};\n`;
    },
  };
}

async function workletSource(): Promise<string> {
  const result = await build({
    configFile: false,
    envDir: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      write: false,
      target: TARGET,
      minify: true,
      lib: { entry: join(HERE, 'client', 'worklet', 'main.ts'), formats: ['es'], fileName: 'worklet' },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (output === undefined || !('output' in output)) throw new Error('the AudioWorklet was not built');
  return output.output[0].code;
}
