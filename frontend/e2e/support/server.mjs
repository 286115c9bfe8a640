import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A slow machine needs a minute; ./run builds first when a source is newer than the package. */
const startWithinMs = 600_000;

/** Below the ports that systems give to outgoing connections: none of those can take it until the service listens. */
async function freePort() {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const probe = createServer();
    try {
      await once(probe.listen(port, '127.0.0.1'), 'listening');
    } catch (error) {
      if (error.code === 'EADDRINUSE') continue;
      throw error;
    }
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

/** What was killed may still be writing its last file. */
const removal = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };

/** VDE_COMMAND starts another build of the service (a native image, say); {port} and {data} are filled in. */
function command(port, data) {
  const other = process.env.VDE_COMMAND;
  if (other) return other.split(' ').map((part) => part.replace('{port}', port).replace('{data}', data));
  const run = fileURLToPath(new URL('../../../run', import.meta.url));
  // What the libraries unpack goes with the data: a service that is killed does not clear its temporary files.
  return [run, `-Dvde.data-dir=${data}`, `-Dquarkus.http.port=${port}`, `-Djava.io.tmpdir=${data}/tmp`];
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
    await mkdir(join(server.data, 'tmp'));
    process.once('exit', () => {
      // ./run becomes the service, so this is the service itself.
      server.#child?.kill('SIGKILL');
      rmSync(server.data, removal);
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
      if (!this.#running() || Date.now() > deadline) {
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
    await rm(this.data, removal);
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
