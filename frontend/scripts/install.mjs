// `npm ci`, unless node_modules was already installed from exactly this lock file.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const stamp = 'node_modules/.installed-from';
const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
const upToDate = existsSync(stamp) && readFileSync(stamp, 'utf8') === lock;

if (!upToDate) {
  const { status, error } = spawnSync('npm', ['ci'], { stdio: 'inherit' });
  if (error)
    throw new Error('npm is needed to build the frontend (Node 20.19, 22.13 or 24)', { cause: error });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(stamp, lock);
}
