import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/** Builds the same page with the scripted client in place of the real one into `outDir`; serve it as it is. */
export async function buildScriptedPage(outDir: string): Promise<void> {
  await build({
    root: fileURLToPath(new URL('../..', import.meta.url)),
    configFile: false,
    logLevel: 'warn',
    base: './',
    plugins: [
      {
        name: 'scripted-client',
        transformIndexHtml: {
          order: 'pre',
          handler: (html) => html.replace('./console/main.ts', './console/testing/main.ts'),
        },
      },
    ],
    build: { outDir, emptyOutDir: true, target: 'es2024', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  });
}
