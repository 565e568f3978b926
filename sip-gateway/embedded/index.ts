export { type RunningSipServer, startEmbeddedSipServer } from './io/run-server.ts';
export { tlsFilesFault } from './io/tls-credentials.ts';
