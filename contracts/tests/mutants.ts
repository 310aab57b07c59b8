// Whether the tests would notice: each mistake is planted in a copy of the sources, which then has to fail.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { compile, type Effort, openHardhat } from '../compile.ts';

const root = path.resolve(import.meta.dirname, '../..');
const copies = path.join(root, '.runtime/contract-mutants');
const SOURCE = 'src/RewardDistributor.sol';
const LANES = 3;
const KILLED_MIN = 0.95;
const NO_EFFORT: Effort = { fuzz_runs: 1, invariant_runs: 1, invariant_depth: 1, unoptimized: true };

type Mutant = readonly [what: string, from: string, to: string];

const LEAF =
  'keccak256(bytes.concat(keccak256(abi.encode(block.chainid, address(this), account, cumulative))))';

const MUTANTS: readonly Mutant[] = [
  // claiming
  ['claimed while paused', '        private\n        whenNotPaused\n', '        private\n'],
  ['paid to itself', ' || to == address(this)) revert BadRecipient();', ') revert BadRecipient();'],
  ['any proof', 'revert InvalidProof();', 'return live.epoch;'],
  ['the previous root for ever', ' && block.timestamp < previous.eta', ''],
  ['the previous root a second longer', 'block.timestamp < previous.eta', 'block.timestamp <= previous.eta'],
  [
    'the previous root not at all',
    'if (root == previous.root && block.timestamp < previous.eta) return previous.epoch;',
    '',
  ],
  ['the epoch of another root is told', 'return previous.epoch;', 'return live.epoch;'],
  ['claimed again', 'if (cumulative <= before) revert NothingToClaim();', ''],
  ['nothing is claimed', 'cumulative <= before', 'cumulative < before'],
  ['the whole leaf each time', 'amount = cumulative - before;', 'amount = cumulative;'],
  ['more than declared', 'if (amount > live.total - totalClaimed) revert CapExceeded();', ''],
  ['the last of it is not paid', 'amount > live.total - totalClaimed', 'amount >= live.total - totalClaimed'],
  ['the cap forgets what was paid', 'amount > live.total - totalClaimed', 'amount > live.total'],
  ['what was claimed is not noted', 'claimed[account] = cumulative;', ''],
  ['what was claimed is noted wrong', 'claimed[account] = cumulative;', 'claimed[account] = amount;'],
  ['the total is not noted', 'totalClaimed += uint128(amount);', ''],
  [
    'paid to whoever sends',
    'cumulative, epoch);\n        token.safeTransfer(to, amount);',
    'cumulative, epoch);\n        token.safeTransfer(msg.sender, amount);',
  ],
  ['a batch stumbles over who was paid', 'if (one.cumulative <= claimed[one.account]) continue;', ''],
  [
    'a batch passes over who was not',
    'one.cumulative <= claimed[one.account]',
    'one.cumulative >= claimed[one.account]',
  ],
  ['an expired wish', 'if (block.timestamp > deadline) revert Expired();', ''],
  ['a wish expires a second early', 'block.timestamp > deadline', 'block.timestamp >= deadline'],
  [
    'a wish of another',
    'if (!SignatureChecker.isValidSignatureNow(account, digest, signature)) revert BadSignature();',
    '',
  ],
  [
    'a wish for another receiver',
    'CLAIM_TYPEHASH, account, to, cumulative',
    'CLAIM_TYPEHASH, account, account, cumulative',
  ],
  [
    'a wish without its amount',
    'account, to, cumulative, deadline)));',
    'account, to, uint256(0), deadline)));',
  ],
  ['a leaf of 64 bytes, hashed once', LEAF, 'keccak256(abi.encode(account, cumulative))'],
  ['a leaf hashed once', LEAF, 'keccak256(abi.encode(block.chainid, address(this), account, cumulative))'],
  ['a leaf for every chain', 'abi.encode(block.chainid, address', 'abi.encode(uint256(31337), address'],
  [
    'a leaf for every contract',
    'block.chainid, address(this), account',
    'block.chainid, address(token), account',
  ],
  // publishing
  ['anyone proposes', '        onlyRole(PUBLISHER_ROLE)\n        whenNotPaused\n', '        whenNotPaused\n'],
  [
    'proposed while paused',
    '        onlyRole(PUBLISHER_ROLE)\n        whenNotPaused\n',
    '        onlyRole(PUBLISHER_ROLE)\n',
  ],
  ['a pending root is replaced', 'if (pending.eta != 0) revert PendingExists();', ''],
  [
    'any epoch',
    'if (epoch != live.epoch + 1) revert BadEpoch(live.epoch + 1);\n        if (root == bytes32(0)) revert BadRoot();\n        if (total < live.total)',
    'if (root == bytes32(0)) revert BadRoot();\n        if (total < live.total)',
  ],
  [
    'a root that is none',
    'if (root == bytes32(0)) revert BadRoot();\n        if (total < live.total)',
    'if (total < live.total)',
  ],
  ['a total that shrinks', 'if (total < live.total) revert TotalShrank(live.total);', ''],
  ['proposed unfunded', '_requireFunded(total);\n        uint64 eta', 'uint64 eta'],
  ['no delay', 'uint64(block.timestamp) + delay;', 'uint64(block.timestamp);'],
  ['anyone vetoes', 'if (!hasRole(GUARDIAN_ROLE, msg.sender)) _checkRole(PUBLISHER_ROLE);', ''],
  ['the publisher cannot veto', '_checkRole(PUBLISHER_ROLE);', '_checkRole(GUARDIAN_ROLE);'],
  ['the guardian cannot veto', 'if (!hasRole(GUARDIAN_ROLE, msg.sender)) _checkRole', '_checkRole'],
  [
    'activated while paused',
    'function activate() external whenNotPaused {',
    'function activate() external {',
  ],
  ['activated at once', 'if (block.timestamp < next.eta) revert TooEarly(next.eta);', ''],
  ['activated a second late', 'block.timestamp < next.eta', 'block.timestamp <= next.eta'],
  ['activated unfunded', '_requireFunded(next.total);', ''],
  ['the previous root is forgotten', 'previous = live;', ''],
  ['no grace', '+ grace;', ';'],
  ['what was activated stays pending', 'live = next;\n        delete pending;', 'live = next;'],
  // correcting
  ['anyone corrects', '        onlyRole(DEFAULT_ADMIN_ROLE)\n        whenPaused\n', '        whenPaused\n'],
  [
    'corrected while all runs',
    '        onlyRole(DEFAULT_ADMIN_ROLE)\n        whenPaused\n',
    '        onlyRole(DEFAULT_ADMIN_ROLE)\n',
  ],
  [
    'corrected to no root',
    'if (root == bytes32(0)) revert BadRoot();\n        if (total < totalClaimed)',
    'if (total < totalClaimed)',
  ],
  ['corrected below what was paid', 'if (total < totalClaimed) revert TotalShrank(totalClaimed);', ''],
  ['corrected unfunded', '_requireFunded(total);\n        if (pending.eta', 'if (pending.eta'],
  ['corrected, and what waits stays', 'if (pending.eta != 0) _dropPending();', ''],
  ['corrected, and the one before still pays', 'delete previous;', ''],
  ['corrected, and the wrong one still pays', 'delete previous;', 'previous.eta = type(uint64).max;'],
  [
    'a correction of another root',
    'if (epoch != live.epoch + 1) revert BadEpoch(live.epoch + 1);\n        if (root == bytes32(0)) revert BadRoot();\n        if (total < totalClaimed)',
    'if (root == bytes32(0)) revert BadRoot();\n        if (total < totalClaimed)',
  ],
  ['a correction is no epoch', 'total, epoch, 0);', 'total, live.epoch, 0);'],
  [
    'anyone pauses',
    'pause() external onlyRole(GUARDIAN_ROLE) {\n        _pause',
    'pause() external {\n        _pause',
  ],
  [
    'the guardian lets go on',
    'unpause() external onlyRole(DEFAULT_ADMIN_ROLE)',
    'unpause() external onlyRole(GUARDIAN_ROLE)',
  ],
  // surplus
  ['anyone reserves', 'uint64 until) external onlyRole(PUBLISHER_ROLE) {', 'uint64 until) external {'],
  [
    'a reserve shrinks',
    'if (block.timestamp < reservedUntil && (total < reservedTotal || until < reservedUntil)) revert ReserveShrank();',
    '',
  ],
  ['a reserve ends early', ' || until < reservedUntil)) revert', ')) revert'],
  ['a reserve without end', 'if (until > latest) revert ReserveTooLong(latest);', ''],
  ['a reserve of what is not there', '_requireFunded(total);\n        reservedTotal', 'reservedTotal'],
  [
    'a reserve that binds nobody',
    'if (block.timestamp < reservedUntil && reservedTotal > promised) promised = reservedTotal;',
    '',
  ],
  [
    'a reserve that binds for ever',
    'if (block.timestamp < reservedUntil && reservedTotal > promised)',
    'if (reservedTotal > promised)',
  ],
  ['what waits can be taken', 'if (pending.total > promised) promised = pending.total;', ''],
  ['what was paid is kept twice', 'uint256 owed = promised - totalClaimed;', 'uint256 owed = promised;'],
  ['what is owed can be taken', 'return balance > owed ? balance - owed : 0;', 'return balance;'],
  ['anyone takes the surplus', 'amount) external onlyRole(DEFAULT_ADMIN_ROLE) {', 'amount) external {'],
  ['more than the surplus', 'if (amount > free) revert NotFunded(amount - free);', ''],
  [
    'funded but for what was paid',
    'token.balanceOf(address(this)) + totalClaimed;',
    'token.balanceOf(address(this));',
  ],
  ['funded but for the last unit', 'if (funded < total)', 'if (funded <= total)'],
  ['a token that is none', 'if (address(token_).code.length == 0) revert BadToken();', ''],
  ['a delay that is none', 'delay_ == 0 || ', ''],
  ['a grace of a year', ' || grace_ > DELAY_MAX', ''],
];

export async function huntMutants(only: string | undefined = process.argv[3]) {
  const chosen = MUTANTS.filter(([what]) => only === undefined || what.includes(only));
  const source = fs.readFileSync(path.join(root, 'contracts', SOURCE), 'utf8');
  for (const [what, from] of chosen) {
    const times = source.split(from).length - 1;
    if (times !== 1) throw new Error(`${what}: the source has this ${times} times, not once:\n${from}`);
  }

  const survived: string[] = [];
  const left = [...chosen];
  const lane = async (_: unknown, place: number) => {
    const plant = await openLane(place);
    // all lanes are alike: one shows that without any mistake nothing fails
    if (place === 0) {
      const control = await noticedBy(plant, source);
      if (control !== null) throw new Error(`without any mistake it fails in ${control}`);
    }
    for (let next = left.shift(); next; next = left.shift()) {
      const [what, from, to] = next;
      const by = await noticedBy(
        plant,
        source.replace(from, () => to),
      );
      if (by === null) survived.push(what);
      process.stdout.write(`${by === null ? 'SURVIVED' : 'killed  '} ${what}${by ? ` (${by})` : ''}\n`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  fs.rmSync(copies, { recursive: true, force: true });

  const killed = chosen.length - survived.length;
  process.stdout.write(`${killed} of ${chosen.length} killed\n`);
  if (killed / chosen.length < KILLED_MIN) process.exitCode = 1;
}

type Lane = { folder: string; out: string; file: string };

/** A copy in which everything is compiled, so that of a mistake only its own file is to be. */
async function openLane(place: number): Promise<Lane> {
  const folder = path.join(copies, String(place));
  fs.rmSync(folder, { recursive: true, force: true });
  for (const part of ['src', 'tests'])
    fs.cpSync(path.join(root, 'contracts', part), path.join(folder, part), {
      recursive: true,
      filter: (file) => !file.endsWith('.ts'),
    });
  const out = path.join(folder, 'out');
  await compile(await openHardhat(folder, out, NO_EFFORT));
  return { folder, out, file: path.join(folder, SOURCE) };
}

/** Null: nothing noticed it. A mistake that does not compile proves nothing and ends the hunt. */
async function noticedBy({ folder, out, file }: Lane, source: string): Promise<string | null> {
  fs.writeFileSync(file, source);
  await compile(await openHardhat(folder, out, NO_EFFORT), [file]);
  const env = { ...process.env, CONTRACTS_FOLDER: folder, CONTRACTS_OUT: out };
  for (const [name, args] of [
    ['TypeScript', ['contracts/distributor.test.ts']],
    ['Solidity', ['contracts/contracts.test.ts', '-t', 'in Solidity']],
  ] as const) {
    if ((await run(['run', '--config', 'contracts/vitest.config.ts', '--bail', '1', ...args], env)) !== 0)
      return name;
  }
  return null;
}

async function run(args: string[], env: NodeJS.ProcessEnv): Promise<number | null> {
  const child = spawn(process.execPath, [path.join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const text = Buffer.concat(output).toString();
  // A busy machine notices no mistake.
  if (code !== 0 && (!/Tests .*failed/.test(text) || text.includes('timed out in')))
    throw new Error(`the tests did not run:\n${text}`);
  return code;
}
