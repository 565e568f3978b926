/** Made by the plugin in `vite.config.ts` from `client/worklet/main.ts`. */
declare module 'virtual:audio-worklet' {
  /** Its address, relative to the file that it is imported into. */
  export const workletFile: string;
  /** The script itself, where everything has to be in one file. */
  export const workletSource: string | undefined;
}
