import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const startWithinMs = 120_000;

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** VDE_COMMAND starts another build of the service (a native image, say); {port} and {data} are filled in. */
function command(port, data) {
  const other = process.env.VDE_COMMAND;
  if (other) return other.split(' ').map((part) => part.replace('{port}', port).replace('{data}', data));
  const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const jar = new URL('../../../backend/target/quarkus-app/quarkus-run.jar', import.meta.url).pathname;
  return [
    java,
    '--add-modules=jdk.incubator.vector',
    '--enable-native-access=ALL-UNNAMED',
    `-Dvde.data-dir=${data}`,
    `-Dquarkus.http.port=${port}`,
    '-jar',
    jar,
  ];
}

/** The packaged service with a data folder of its own; can be killed and started again on the same port. */
export class Server {
  #child = null;
  #log = '';

  static async start() {
    const server = new Server();
    server.port = await freePort();
    server.url = `http://127.0.0.1:${server.port}`;
    server.data = await mkdtemp(join(tmpdir(), 'vde-e2e-'));
    process.once('exit', () => {
      server.#child?.kill('SIGKILL');
      rmSync(server.data, { recursive: true, force: true });
    });
    // A signal ends the process without "exit" unless it is asked for.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
    await server.up();
    return server;
  }

  /** Starts it unless it runs. */
  async up() {
    if (this.#running()) return;
    const [program, ...args] = command(this.port, this.data);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (this.#log += text));
    const deadline = Date.now() + startWithinMs;
    while (!(await this.#ready())) {
      if (child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`the service did not become ready:\n${this.#log.slice(-4000)}`);
      }
      await pause(100);
    }
  }

  #running() {
    const child = this.#child;
    return child !== null && child.exitCode === null && child.signalCode === null;
  }

  async #ready() {
    try {
      return (await fetch(`${this.url}/q/health/ready`)).ok;
    } catch {
      return false;
    }
  }

  /** As a crash would: nothing is flushed, nobody is told. */
  async kill() {
    if (!this.#running()) return;
    const child = this.#child;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async stop() {
    await this.kill();
    await rm(this.data, { recursive: true, force: true });
  }

  async api(method, path, body) {
    const response = await fetch(this.url + path, {
      method,
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? null : response.json();
  }

  /** The demo pictures are all there; the service is ready before it has begun to bring them in. */
  async imported(dataset = 'demo') {
    const deadline = Date.now() + startWithinMs;
    for (;;) {
      const { items } = await this.api('GET', '/datasets');
      const state = items.find(({ name }) => name === dataset)?.state;
      if (state === 'ready') return;
      if (state === 'failed' || Date.now() > deadline)
        throw new Error(`the import of ${dataset} is ${state}`);
      await pause(200);
    }
  }
}
