import { afterEach, expect, it } from 'vitest';
import { offers } from '../sdp/testing/vectors.ts';
import { TestCall, TestPhone } from '#callers/io/test-phone';
import { TestRegistrar } from './test-registrar.ts';
import { startTestStack, until, type TestStack } from './test-stack.ts';

let stack: TestStack;
const registrars: TestRegistrar[] = [];
afterEach(async () => {
  await stack.close();
  for (const registrar of registrars.splice(0)) registrar.close();
  expect(stack.errors).toEqual([]);
  expect(stack.gateway.activeCalls()).toBe(0);
});

async function registrar(password = 'open sesame'): Promise<TestRegistrar> {
  const opened = await TestRegistrar.open(password);
  registrars.push(opened);
  return opened;
}

/** Nobody but exchanges may call: what `sip.allow` lets in by default would let in all of this test. */
function start(accounts: readonly object[], sip: object = {}, passwords: Readonly<Record<string, string>> = { office: 'open sesame' }) {
  const account = { name: 'office', user: '1000', passwordEnv: 'OFFICE', persona: 'bot' };
  return startTestStack({
    sip: { allow: ['192.0.2.0/24'], accounts: accounts.map((own) => ({ ...account, ...own })), ...sip },
    passwords: new Map(Object.entries(passwords)),
  });
}

const stateOf = (): string | undefined => stack.gateway.accounts[0]?.state;

it('registers, is called by its Contact, and takes the registration back', async () => {
  const exchange = await registrar();
  stack = await start([{ domain: `127.0.0.1:${exchange.port}` }]);
  await until('the registration', () => stateOf() === 'registered');
  expect(stack.gateway.accounts).toMatchObject([{ name: 'office', expiresS: 60, registrar: `127.0.0.1:${exchange.port}` }]);
  const contact = exchange.bindings.get('1000@127.0.0.1') ?? '';
  expect(contact).toMatch(new RegExp(`^sip:1000@127\\.0\\.0\\.1:${stack.udpPort};rinstance=[0-9a-f]{32}$`));
  // From another address than the registrar's, as of exchanges with several edges.
  const call = new TestCall(await TestPhone.open({ host: '127.0.0.1', port: stack.udpPort }, '127.0.0.2'), contact);
  await call.establish({ sdp: offers.sipp });
  expect(stack.intake.rang).toMatchObject([{ account: 'office', persona: 'bot', toUser: '1000' }]);
  call.bye();
  await call.phone.response(200, 'BYE');
  call.phone.close();
  await stack.gateway.close();
  expect(exchange.bindings.size).toBe(0);
});

it('an exchange that cuts the rinstance off is known by its address, and nobody else is', async () => {
  const exchange = await registrar();
  stack = await start([{ domain: `127.0.0.1:${exchange.port}` }]);
  await until('the registration', () => stateOf() === 'registered');
  for (const [address, uri, status] of [
    ['127.0.0.1', '1000', 200],
    ['127.0.0.1', '+4930123456', 200],
    ['127.0.0.2', '1000', 403],
    ['127.0.0.2', '1000;rinstance=00000000000000000000000000000000', 403],
    ['127.0.0.2', 'bot', 403],
  ] as const) {
    const [user = '', parameter] = uri.split(';');
    const phone = await TestPhone.open({ host: '127.0.0.1', port: stack.udpPort }, address);
    const call = new TestCall(phone, `sip:${user}@127.0.0.1:${stack.udpPort}${parameter === undefined ? '' : `;${parameter}`}`);
    call.invite({ sdp: offers.sipp });
    call.ack(await phone.response(status, 'INVITE'));
    if (status === 200) {
      call.bye();
      await phone.response(200, 'BYE');
    }
    phone.close();
  }
  expect(stack.intake.rang.map(({ account }) => account)).toEqual(['office', 'office']);
});

it('a wrong password is tried once and said with its account, never with itself', async () => {
  const exchange = await registrar();
  stack = await start([{ domain: `127.0.0.1:${exchange.port}` }], {}, { office: 'wrong horse' });
  await until('the refusal', () => stateOf() === 'refused');
  expect(stack.gateway.accounts).toMatchObject([{ fault: 'wrong-password', status: 401 }]);
  expect(Date.parse(stack.gateway.accounts[0]?.nextTryAt ?? '') - Date.now()).toBeGreaterThan(60_000);
  expect(exchange.seen).toHaveLength(2);
  expect(stack.lines.filter((line) => line.includes('could not be registered'))).toHaveLength(1);
  expect(JSON.stringify([stack.lines, exchange.seen, stack.gateway.accounts])).not.toContain('wrong horse');
});

it('where the first registrar does not listen, the second is asked', async () => {
  const exchange = await registrar();
  const gone = await registrar();
  const { port } = gone;
  gone.close();
  registrars.splice(registrars.indexOf(gone), 1);
  stack = await start([{ domain: 'pbx.example', registrars: [`127.0.0.1:${port}`, `127.0.0.1:${exchange.port}`], transport: 'udp' }]);
  // Nobody tells of a closed UDP port: it takes the 32 s of timer F.
  await until('the first request', () => (stack.server.counters()['sent-REGISTER'] ?? 0) > 0);
  stack.skipServerMs(40_000);
  await until('the registration', () => stateOf() === 'registered');
  expect(exchange.bindings.has('1000@pbx.example')).toBe(true);
});

it('news of voicemail are taken quietly, other news have no subscription', async () => {
  const exchange = await registrar();
  stack = await start([{ domain: `127.0.0.1:${exchange.port}` }]);
  await until('the registration', () => stateOf() === 'registered');
  const phone = await stack.phone();
  const uri = exchange.bindings.get('1000@127.0.0.1') ?? '';
  phone.plain('NOTIFY', uri, ['Event: message-summary', 'Subscription-State: terminated', `Contact: <sip:pbx@127.0.0.1:${phone.port}>`]);
  await phone.response(200, 'NOTIFY');
  phone.plain('NOTIFY', uri, ['Event: dialog', 'Subscription-State: active', `Contact: <sip:pbx@127.0.0.1:${phone.port}>`]);
  await phone.response(481, 'NOTIFY');
  phone.plain('OPTIONS', uri);
  await phone.response(200, 'OPTIONS');
});

it('a trunk is known by its address, asked by OPTIONS, and answered by its persona', async () => {
  const exchange = await registrar();
  const ping = { target: `127.0.0.1:${exchange.port}`, intervalS: 60 };
  const trunks = [
    { name: 'provider', hosts: ['127.0.0.3', '127.0.0.4/31'], persona: 'bot', ping },
    { name: 'silent', hosts: ['127.0.0.9'] },
  ];
  stack = await start([], { trunks });
  await until('the answer to OPTIONS', () => stack.gateway.trunks[0]?.state === 'up');
  expect(stack.gateway.trunks).toEqual([{ name: 'provider', state: 'up' }, { name: 'silent' }]);
  for (const [address, status] of [
    ['127.0.0.5', 200],
    ['127.0.0.6', 403],
  ] as const) {
    const phone = await TestPhone.open({ host: '127.0.0.1', port: stack.udpPort }, address);
    const call = new TestCall(phone, `sip:+4930123456@127.0.0.1:${stack.udpPort}`);
    call.invite({ sdp: offers.sipp });
    call.ack(await phone.response(status, 'INVITE'));
    if (status === 200) {
      call.bye();
      await phone.response(200, 'BYE');
    }
    phone.close();
  }
  expect(stack.intake.rang).toMatchObject([{ trunk: 'provider', persona: 'bot', toUser: '+4930123456' }]);
  expect([stack.gateway.knows('127.0.0.4'), stack.gateway.knows('127.0.0.6')]).toEqual([true, false]);
});
