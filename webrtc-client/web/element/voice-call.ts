import { VoiceCallElement } from './voice-call-element.ts';

export { VoiceClient, CallError } from '../client/voice-client.ts';
export { VoiceCallElement };

// This file lies at the root of the server's pages, whatever path a proxy puts before it.
VoiceCallElement.defaultServer = new URL(/* @vite-ignore */ '.', import.meta.url).href;

// Loaded twice, by two scripts of one page, it must not throw.
if (customElements.get('voice-call') === undefined) customElements.define('voice-call', VoiceCallElement);
