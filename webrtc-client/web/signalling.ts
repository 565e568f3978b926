import * as z from 'zod/mini';

// Compiled schemas need eval, and merely trying it is reported where a page's Content-Security-Policy forbids it.
z.config({ jitless: true });

export * from '../signalling.ts';
