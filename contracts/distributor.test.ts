import { encodeAbiParameters, encodeFunctionData, type Hex, keccak256, zeroAddress, zeroHash } from 'viem';
import type { HDAccount } from 'viem/accounts';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rewardDistributor } from './index.ts';
import {
  compiled,
  DELAY_S,
  GRACE_S,
  MANIFEST,
  openSetting,
  pair,
  plant,
  type Setting,
  stelai,
} from './tests/setting.ts';
import type { Hardhat } from './compile.ts';

const FAR = 99_999_999_999n;

let hardhat: Hardhat;
let setting: Setting;

beforeAll(async () => {
  hardhat = await compiled();
});
beforeEach(async () => {
  setting = await openSetting(hardhat);
});

/** That it is refused, and by which name. */
async function refused(act: Promise<unknown>, name: string) {
  await expect(act).rejects.toThrow(new RegExp(`\\b${name}\\b`));
}

describe('an epoch', () => {
  test('is funded, proposed, waited for, activated and claimed, and the next one pays what is new', async () => {
    const { distributor, token, parts, treeOf, fund, pass, reader } = setting;
    const { publisher, relayer, ada, ben } = parts;
    const first = treeOf([
      [ada.address, stelai('100')],
      [ben.address, stelai('50')],
    ]);
    const propose = (epoch: bigint, by: HDAccount = publisher) =>
      distributor.by(by).propose([epoch, first.root, MANIFEST, first.total]);

    await refused(propose(1n), 'NotFunded');
    await fund('150');
    await refused(propose(1n, ada), 'AccessControlUnauthorizedAccount');
    await refused(propose(2n), 'BadEpoch');
    await refused(distributor.by(publisher).propose([1n, zeroHash, MANIFEST, first.total]), 'BadRoot');
    await refused(distributor.by(relayer).activate(), 'NothingPending');
    await propose(1n);
    const [root, manifest, total, epoch, eta] = await distributor.read.pending();
    expect([root, manifest, total, epoch]).toEqual([first.root, MANIFEST, first.total, 1n]);
    expect(eta).toBe((await reader.getBlock()).timestamp + DELAY_S);
    await refused(propose(1n), 'PendingExists');

    const claimOfAda = [ada.address, stelai('100'), first.proofOf(0)] as const;
    await refused(distributor.by(relayer).claim(claimOfAda), 'InvalidProof');
    await refused(distributor.by(relayer).activate(), 'TooEarly');
    await pass(DELAY_S);
    await distributor.by(relayer).activate();
    expect(await distributor.read.live()).toEqual([root, manifest, total, 1n, eta]);
    expect((await distributor.read.pending())[0]).toBe(zeroHash);

    await distributor.by(relayer).claim(claimOfAda);
    expect(await token.read.balanceOf([ada.address])).toBe(stelai('100'));
    await refused(distributor.by(relayer).claim(claimOfAda), 'NothingToClaim');
    await refused(
      distributor.by(relayer).claim([ben.address, stelai('51'), first.proofOf(1)]),
      'InvalidProof',
    );
    await refused(
      distributor.by(relayer).claim([parts.cleo.address, stelai('50'), first.proofOf(1)]),
      'InvalidProof',
    );

    const second = treeOf([
      [ada.address, stelai('130')],
      [ben.address, stelai('50')],
    ]);
    await fund('30');
    await setting.publish(second);
    await distributor.by(relayer).claim([ada.address, stelai('130'), second.proofOf(0)]);
    expect(await token.read.balanceOf([ada.address])).toBe(stelai('130'));
    expect(await distributor.read.totalClaimed()).toBe(stelai('130'));
    expect(await distributor.read.claimed([ada.address])).toBe(stelai('130'));

    const claims = await reader.getContractEvents({
      address: distributor.at,
      abi: rewardDistributor.abi,
      eventName: 'Claimed',
      fromBlock: 0n,
    });
    expect(claims.map(({ args }) => args)).toEqual([
      { account: ada.address, to: ada.address, amount: stelai('100'), cumulative: stelai('100'), epoch: 1n },
      { account: ada.address, to: ada.address, amount: stelai('30'), cumulative: stelai('130'), epoch: 2n },
    ]);
  });

  test('is vetoed by guardian or publisher and nobody else, and then proposed again', async () => {
    const { distributor, parts, treeOf, fund } = setting;
    const { publisher, guardian, ada } = parts;
    await fund('100');
    const tree = treeOf([[ada.address, stelai('100')]]);
    const propose = () => distributor.by(publisher).propose([1n, tree.root, MANIFEST, tree.total]);
    await refused(distributor.by(guardian).veto(), 'NothingPending');
    for (const by of [guardian, publisher]) {
      await propose();
      await refused(distributor.by(ada).veto(), 'AccessControlUnauthorizedAccount');
      await refused(distributor.by(parts.admin).veto(), 'AccessControlUnauthorizedAccount');
      await distributor.by(by).veto();
      expect((await distributor.read.pending())[4]).toBe(0n);
    }
    await setting.publish(tree);
    await distributor.by(ada).claim([ada.address, stelai('100'), tree.proofOf(0)]);
  });

  test('never shrinks, and never pays more than it declared', async () => {
    const { distributor, parts, treeOf, fund, token } = setting;
    const { ada, ben, admin, cleo, publisher } = parts;
    await fund('1000');
    const tree = treeOf([
      [ada.address, stelai('90')],
      [ben.address, stelai('90')],
    ]);
    await setting.publish(tree, stelai('100'));
    await refused(
      distributor.by(publisher).propose([2n, tree.root, MANIFEST, stelai('100') - 1n]),
      'TotalShrank',
    );
    await distributor.by(ada).claim([ada.address, stelai('90'), tree.proofOf(0)]);
    await refused(distributor.by(ben).claim([ben.address, stelai('90'), tree.proofOf(1)]), 'CapExceeded');

    expect(await distributor.read.surplus()).toBe(stelai('900'));
    const take = (amount: bigint, by = admin) => distributor.by(by).recoverSurplus([cleo.address, amount]);
    await refused(take(stelai('900') + 1n), 'NotFunded');
    await refused(take(1n, publisher), 'AccessControlUnauthorizedAccount');
    await take(stelai('900'));
    expect(await token.read.balanceOf([cleo.address])).toBe(stelai('900'));
    await refused(take(1n), 'NotFunded');
  });

  test('takes claims of the one before for as long as the grace lasts', async () => {
    const { distributor, parts, treeOf, fund, pass, reader, time } = setting;
    const { ada, ben, cleo } = parts;
    await fund('300');
    const first = treeOf([
      [ada.address, stelai('10')],
      [ben.address, stelai('20')],
      [cleo.address, stelai('30')],
    ]);
    const second = treeOf([
      [ada.address, stelai('15')],
      [ben.address, stelai('25')],
      [cleo.address, stelai('35')],
    ]);
    const early = (wallet: HDAccount, amount: string, index: number) =>
      distributor.by(ada).claim([wallet.address, stelai(amount), first.proofOf(index)]);
    await setting.publish(first);
    await setting.publish(second);
    const activated = (await reader.getBlock()).timestamp;
    const [root, , , epoch, until] = await distributor.read.previous();
    expect([root, epoch, until]).toEqual([first.root, 1n, activated + GRACE_S]);

    await early(ada, '10', 0);
    const [claim] = await reader.getContractEvents({
      address: distributor.at,
      abi: rewardDistributor.abi,
      eventName: 'Claimed',
    });
    expect(claim?.args.epoch).toBe(1n);
    await refused(early(ada, '10', 0), 'NothingToClaim');
    await distributor.by(ada).claim([ada.address, stelai('15'), second.proofOf(0)]);
    expect(await distributor.read.claimed([ada.address])).toBe(stelai('15'));

    // the last second of it, and the one after
    await time.setNextBlockTimestamp({ timestamp: until - 1n });
    await early(ben, '20', 1);
    await time.setNextBlockTimestamp({ timestamp: until });
    await time.mine({ blocks: 1 });
    await refused(early(cleo, '30', 2), 'InvalidProof');
    await pass(1n);
    await refused(early(cleo, '30', 2), 'InvalidProof');
    await distributor.by(ada).claim([cleo.address, stelai('35'), second.proofOf(2)]);
  });

  test('is not activated unless it is funded at that moment too', async () => {
    const { parts, deploy, distributorFor, face, treeOf, as, reader, pass } = setting;
    const at = await deploy('SeizableToken', [stelai('100')]);
    const distributor = face(await distributorFor(at));
    const { abi } = await hardhat.artifacts.readArtifact('SeizableToken');
    const call = async (functionName: string, args: unknown[]) =>
      reader.waitForTransactionReceipt({
        hash: await as(parts.treasury).writeContract({ address: at, abi, functionName, args }),
      });
    await call('transfer', [distributor.at, stelai('100')]);
    const tree = treeOf([[parts.ada.address, stelai('100')]], { at: distributor.at });
    await distributor.by(parts.publisher).propose([1n, tree.root, MANIFEST, tree.total]);
    await call('seize', [distributor.at, 1n]);
    await pass(DELAY_S);
    await refused(distributor.by(parts.ada).activate(), 'NotFunded');
    await call('transfer', [distributor.at, 1n]);
    await distributor.by(parts.ada).activate();
  });
});

describe('a leaf', () => {
  test('is what the builder of epochs hashes', async () => {
    const { distributor, parts, chain_id } = setting;
    const encoded = encodeAbiParameters(
      [{ type: 'uint256' }, { type: 'address' }, { type: 'address' }, { type: 'uint256' }],
      [chain_id, distributor.at, parts.ada.address, 7n],
    );
    expect(await distributor.read.leafOf([parts.ada.address, 7n])).toBe(keccak256(keccak256(encoded)));
  });

  test('is good on one chain, in one contract and for one who can receive', async () => {
    const { distributor, parts, treeOf, fund } = setting;
    const { ada, ben } = parts;
    await fund('100');
    for (const place of [{ chain: 1n }, { at: setting.token.address }]) {
      const tree = treeOf([[ada.address, stelai('10')]], place);
      await setting.publish(tree);
      await refused(distributor.by(ada).claim([ada.address, stelai('10'), tree.proofOf(0)]), 'InvalidProof');
    }
    const tree = treeOf([
      [distributor.at, stelai('10')],
      [zeroAddress, stelai('10')],
      [ben.address, stelai('10')],
    ]);
    await setting.publish(tree);
    await refused(distributor.by(ada).claim([distributor.at, stelai('10'), tree.proofOf(0)]), 'BadRecipient');
    await refused(distributor.by(ada).claim([zeroAddress, stelai('10'), tree.proofOf(1)]), 'BadRecipient');
    await distributor.by(ada).claim([ben.address, stelai('10'), tree.proofOf(2)]);
  });

  // A root whose inner node is the hash of the 64 bytes of a claim that stands in no leaf.
  test('is never an inner node: the second preimage of 64 bytes', async () => {
    const { distributor, parts, fund, token } = setting;
    await fund('100');
    const account = '0x0000000000000000000000000000000000000bad';
    const claim = encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [account, stelai('100')]);
    const left: Hex = `0x${claim.slice(2, 66)}`;
    const right: Hex = `0x${claim.slice(66)}`;
    expect(pair(left, right)).toBe(keccak256(claim));
    const other = keccak256('0x01');
    const root = pair(pair(left, right), other);
    await setting.publish({ ...plant([other]), root, total: stelai('100') });
    await refused(distributor.by(parts.ada).claim([account, stelai('100'), [other]]), 'InvalidProof');
    expect(await token.read.balanceOf([account])).toBe(0n);
  });
});

describe('many claims at once', () => {
  test('pass over what was claimed already, and refuse what is wrong', async () => {
    const { distributor, parts, treeOf, fund, token } = setting;
    const { ada, ben, cleo, relayer } = parts;
    await fund('60');
    const tree = treeOf([
      [ada.address, stelai('10')],
      [ben.address, stelai('20')],
      [cleo.address, stelai('30')],
    ]);
    await setting.publish(tree);
    const claim = (wallet: HDAccount, amount: string, index: number) => ({
      account: wallet.address,
      cumulative: stelai(amount),
      proof: tree.proofOf(index),
    });
    await distributor.by(ben).claim([ben.address, stelai('20'), tree.proofOf(1)]);
    await refused(
      distributor.by(relayer).claimMany([[claim(ada, '10', 0), claim(cleo, '31', 2)]]),
      'InvalidProof',
    );
    expect(await token.read.balanceOf([ada.address])).toBe(0n);
    await distributor
      .by(relayer)
      .claimMany([[claim(ada, '10', 0), claim(ben, '20', 1), claim(ada, '10', 0), claim(cleo, '30', 2)]]);
    for (const [wallet, amount] of [
      [ada, '10'],
      [ben, '20'],
      [cleo, '30'],
    ] as const)
      expect(await token.read.balanceOf([wallet.address])).toBe(stelai(amount));
    expect(await distributor.read.totalClaimed()).toBe(stelai('60'));
  });

  test('from within a claim are paid once even by a token that calls its receiver', async () => {
    const { parts, deploy, distributorFor, face, treeOf, as, reader } = setting;
    const at = await deploy('CallingToken', [stelai('100')]);
    const distributor = face(await distributorFor(at));
    const again = await deploy('Again');
    const call = async (name: string, address: Hex, functionName: string, args: unknown[]) => {
      const { abi } = await hardhat.artifacts.readArtifact(name);
      const hash = await as(parts.treasury).writeContract({ address, abi, functionName, args });
      await reader.waitForTransactionReceipt({ hash });
    };
    const count = async (functionName: string) => {
      const { abi } = await hardhat.artifacts.readArtifact('Again');
      return reader.readContract({ address: again, abi, functionName });
    };
    await call('CallingToken', at, 'transfer', [distributor.at, stelai('100')]);
    const tree = treeOf(
      [
        [again, stelai('10')],
        [parts.ada.address, stelai('90')],
      ],
      { at: distributor.at },
    );
    await setting.publish(tree, tree.total, distributor);
    await call('Again', again, 'arm', [distributor.at, stelai('10'), tree.proofOf(0)]);
    await distributor.by(parts.ada).claim([again, stelai('10'), tree.proofOf(0)]);
    expect([await count('tries'), await count('paidTwice')]).toEqual([1n, 0n]);
    expect(await distributor.read.totalClaimed()).toBe(stelai('10'));
  });
});

describe('a claim for somebody else', () => {
  const types = {
    Claim: [
      { name: 'account', type: 'address' },
      { name: 'to', type: 'address' },
      { name: 'cumulative', type: 'uint256' },
      { name: 'deadline', type: 'uint256' },
    ],
  } as const;

  type Signed = { account: Hex; to: Hex; cumulative: bigint; deadline: bigint };
  type Domain = { name?: string; chainId?: number; verifyingContract?: Hex };

  const sign = (by: HDAccount, message: Signed, domain: Domain = {}) =>
    by.signTypedData({
      domain: {
        name: 'Stelai Rewards',
        version: '1',
        chainId: Number(setting.chain_id),
        verifyingContract: setting.distributor.at,
        ...domain,
      },
      types,
      primaryType: 'Claim',
      message,
    });

  const claimTo = ({ account, to, cumulative, deadline }: Signed, proof: Hex[], signature: Hex) =>
    setting.distributor
      .by(setting.parts.relayer)
      .claimTo([account, to, cumulative, deadline, proof, signature]);

  test('is signed by the account, for this receiver, amount, day, chain and contract', async () => {
    const { distributor, parts, treeOf, fund, token } = setting;
    const { ada, ben, cleo } = parts;
    await fund('100');
    const tree = treeOf([
      [ada.address, stelai('90')],
      [ben.address, stelai('10')],
    ]);
    await setting.publish(tree);
    const wish = { account: ada.address, to: cleo.address, cumulative: stelai('90'), deadline: FAR };
    const proof = tree.proofOf(0);

    await refused(claimTo(wish, proof, await sign(ben, wish)), 'BadSignature');
    await refused(claimTo({ ...wish, to: ben.address }, proof, await sign(ada, wish)), 'BadSignature');
    await refused(claimTo({ ...wish, deadline: FAR + 1n }, proof, await sign(ada, wish)), 'BadSignature');
    await refused(
      claimTo({ ...wish, cumulative: stelai('91') }, proof, await sign(ada, wish)),
      'BadSignature',
    );
    for (const domain of [{ chainId: 1 }, { verifyingContract: ben.address }, { name: 'Stelai' }])
      await refused(claimTo(wish, proof, await sign(ada, wish, domain)), 'BadSignature');
    for (const to of [zeroAddress, distributor.at]) {
      const nowhere = { ...wish, to };
      await refused(claimTo(nowhere, proof, await sign(ada, nowhere)), 'BadRecipient');
    }

    await claimTo(wish, proof, await sign(ada, wish));
    expect(await token.read.balanceOf([cleo.address])).toBe(stelai('90'));
    expect(await token.read.balanceOf([ada.address])).toBe(0n);
    expect(await distributor.read.claimed([ada.address])).toBe(stelai('90'));
    await refused(claimTo(wish, proof, await sign(ada, wish)), 'NothingToClaim');
  });

  test('is good until its deadline and not a second longer', async () => {
    const { parts, treeOf, fund, reader, time, token } = setting;
    const { ada, cleo } = parts;
    await fund('100');
    const tree = treeOf([[ada.address, stelai('90')]]);
    await setting.publish(tree);
    const deadline = (await reader.getBlock()).timestamp + 100n;
    const wish = { account: ada.address, to: cleo.address, cumulative: stelai('90'), deadline };
    const signature = await sign(ada, wish);
    await time.setNextBlockTimestamp({ timestamp: deadline + 1n });
    await time.mine({ blocks: 1 });
    await refused(claimTo(wish, tree.proofOf(0), signature), 'Expired');
    const later = { ...wish, deadline: deadline + 100n };
    await time.setNextBlockTimestamp({ timestamp: later.deadline });
    await claimTo(later, tree.proofOf(0), await sign(ada, later));
    expect(await token.read.balanceOf([cleo.address])).toBe(stelai('90'));
  });

  test('is signed by a wallet that is a contract through its owner', async () => {
    const { parts, treeOf, fund, deploy, token } = setting;
    const { ada, ben, cleo } = parts;
    await fund('100');
    const account = await deploy('ContractWallet', [ada.address]);
    const tree = treeOf([[account, stelai('90')]]);
    await setting.publish(tree);
    const wish = { account, to: cleo.address, cumulative: stelai('90'), deadline: FAR };
    await refused(claimTo(wish, tree.proofOf(0), await sign(ben, wish)), 'BadSignature');
    await claimTo(wish, tree.proofOf(0), await sign(ada, wish));
    expect(await token.read.balanceOf([cleo.address])).toBe(stelai('90'));
  });
});

describe('while all stands still', () => {
  test('nothing comes in and nothing goes out, and only the admin lets go on', async () => {
    const { distributor, parts, treeOf, fund, pass } = setting;
    const { guardian, admin, publisher, ada } = parts;
    await fund('100');
    const tree = treeOf([[ada.address, stelai('90')]]);
    const claim = () => distributor.by(ada).claim([ada.address, stelai('90'), tree.proofOf(0)]);
    await setting.publish(tree);
    await refused(distributor.by(publisher).pause(), 'AccessControlUnauthorizedAccount');
    await refused(distributor.by(admin).pause(), 'AccessControlUnauthorizedAccount');
    await distributor.by(publisher).propose([2n, tree.root, MANIFEST, tree.total]);
    await pass(DELAY_S);
    await distributor.by(guardian).pause();
    await refused(claim(), 'EnforcedPause');
    await refused(distributor.by(ada).activate(), 'EnforcedPause');
    await distributor.by(guardian).veto();
    await refused(distributor.by(publisher).propose([2n, tree.root, MANIFEST, tree.total]), 'EnforcedPause');
    await refused(distributor.by(guardian).unpause(), 'AccessControlUnauthorizedAccount');
    await distributor.by(admin).unpause();
    await claim();
  });

  test('the admin corrects a live root: what waited and what was before it are gone', async () => {
    const { distributor, parts, treeOf, fund, reader } = setting;
    const { guardian, admin, publisher, ada, ben, cleo } = parts;
    await fund('1000');
    const before = treeOf([[cleo.address, stelai('5')]]);
    await setting.publish(before);
    const wrong = treeOf([
      [ada.address, stelai('100')],
      [ben.address, stelai('500')],
      [cleo.address, stelai('5')],
    ]);
    await setting.publish(wrong);
    await distributor.by(ada).claim([ada.address, stelai('100'), wrong.proofOf(0)]);
    const onWrong = treeOf([[ben.address, stelai('600')]]);
    await distributor.by(publisher).propose([3n, onWrong.root, MANIFEST, stelai('700')]);

    // ada keeps what she was paid: the total counts it beside the leaves of the others
    const right = treeOf([
      [ada.address, stelai('40')],
      [ben.address, stelai('50')],
      [cleo.address, stelai('5')],
    ]);
    const total = stelai('155');
    const correct = (root: Hex, sum: bigint, by = admin, epoch = 3n) =>
      distributor.by(by).correct([epoch, root, MANIFEST, sum]);
    await refused(correct(right.root, total), 'ExpectedPause');
    await distributor.by(guardian).pause();
    for (const by of [guardian, publisher])
      await refused(correct(right.root, total, by), 'AccessControlUnauthorizedAccount');
    // written against another root, and executed late
    await refused(correct(right.root, total, admin, 2n), 'BadEpoch');
    await refused(correct(zeroHash, total), 'BadRoot');
    await refused(correct(right.root, stelai('100') - 1n), 'TotalShrank');
    await refused(correct(right.root, stelai('1000') + 1n), 'NotFunded');
    await correct(right.root, total);

    expect((await distributor.read.live()).slice(0, 4)).toEqual([right.root, MANIFEST, total, 3n]);
    expect((await distributor.read.pending())[4]).toBe(0n);
    expect((await distributor.read.previous())[0]).toBe(zeroHash);
    const names = (
      await reader.getContractEvents({ address: distributor.at, abi: rewardDistributor.abi })
    ).map(({ eventName }) => eventName);
    expect(names).toEqual(['RootVetoed', 'RootCorrected']);
    expect(await distributor.read.surplus()).toBe(stelai('845'));

    await distributor.by(admin).unpause();
    await refused(distributor.by(ben).claim([ben.address, stelai('500'), wrong.proofOf(1)]), 'InvalidProof');
    await refused(distributor.by(cleo).claim([cleo.address, stelai('5'), before.proofOf(0)]), 'InvalidProof');
    await refused(distributor.by(ada).activate(), 'NothingPending');
    await refused(distributor.by(ada).claim([ada.address, stelai('40'), right.proofOf(0)]), 'NothingToClaim');
    await distributor.by(ben).claim([ben.address, stelai('50'), right.proofOf(1)]);
    await distributor.by(cleo).claim([cleo.address, stelai('5'), right.proofOf(2)]);
    expect(await distributor.read.totalClaimed()).toBe(total);
    await setting.publish(right, total);
    expect((await distributor.read.live())[3]).toBe(4n);
  });
});

describe('what is promised to nobody', () => {
  test('leaves what lives, what waits and what is reserved where it is', async () => {
    const { distributor, parts, treeOf, fund, pass, reader } = setting;
    const { admin, publisher, ada, cleo } = parts;
    const reserve = (amount: string, until: bigint, by = publisher) =>
      distributor.by(by).reserve([stelai(amount), until]);
    const surplus = async () => Number((await distributor.read.surplus()) / stelai('1'));

    await fund('1000');
    const until = (await reader.getBlock()).timestamp + 30_000n;
    await refused(reserve('300', until, admin), 'AccessControlUnauthorizedAccount');
    await refused(reserve('1001', until), 'NotFunded');
    await refused(reserve('300', until + 500n * 86_400n), 'ReserveTooLong');
    await reserve('300', until);
    expect(await surplus()).toBe(700);
    await refused(reserve('299', until), 'ReserveShrank');
    await refused(reserve('300', until - 1n), 'ReserveShrank');
    await refused(distributor.by(admin).recoverSurplus([cleo.address, stelai('701')]), 'NotFunded');

    const tree = treeOf([[ada.address, stelai('400')]]);
    await distributor.by(publisher).propose([1n, tree.root, MANIFEST, tree.total]);
    expect(await surplus()).toBe(600); // what is reserved became an award, and is counted once
    await pass(DELAY_S);
    await distributor.by(ada).activate();
    await reserve('500', until);
    expect(await surplus()).toBe(500);
    await distributor.by(ada).claim([ada.address, stelai('400'), tree.proofOf(0)]);
    expect(await surplus()).toBe(500);
    await pass(30_000n);
    expect(await surplus()).toBe(600);
    await reserve('410', until); // nothing is in force any more: a smaller one is taken, and is over already
    expect(await surplus()).toBe(600);
    await distributor.by(admin).recoverSurplus([cleo.address, stelai('600')]);
  });
});

describe('the keys', () => {
  test('the admin is a timelock: what it will do is seen before, and then done', async () => {
    const { parts, token, face, distributorFor, timelock, pass } = setting;
    const delay = 172_800n;
    const lock = await timelock(delay);
    const distributor = face(await distributorFor(token.address, lock.address));
    await setting.fund('5', distributor);
    const data = encodeFunctionData({
      abi: rewardDistributor.abi,
      functionName: 'recoverSurplus',
      args: [parts.cleo.address, stelai('5')],
    });
    const call = [distributor.at, 0n, data, zeroHash, zeroHash] as const;
    await refused(
      distributor.by(parts.admin).recoverSurplus([parts.cleo.address, stelai('5')]),
      'AccessControlUnauthorizedAccount',
    );
    await lock.write.schedule([...call, delay]);
    await refused(lock.write.execute(call), 'TimelockUnexpectedOperationState');
    await pass(delay);
    await lock.write.execute(call);
    expect(await token.read.balanceOf([parts.cleo.address])).toBe(stelai('5'));
  });

  test('a publisher is replaced, and an admin only after two days and by its own consent', async () => {
    const { distributor, parts, treeOf, fund, pass } = setting;
    const { admin, publisher, ada, ben } = parts;
    const role = await distributor.read.PUBLISHER_ROLE();
    await fund('10');
    const tree = treeOf([[ada.address, stelai('10')]]);
    const propose = (by: HDAccount) => distributor.by(by).propose([1n, tree.root, MANIFEST, tree.total]);
    await refused(
      distributor.by(publisher).grantRole([role, ada.address]),
      'AccessControlUnauthorizedAccount',
    );
    await distributor.by(admin).revokeRole([role, publisher.address]);
    await distributor.by(admin).grantRole([role, ada.address]);
    await refused(propose(publisher), 'AccessControlUnauthorizedAccount');
    await propose(ada);

    await distributor.by(admin).beginDefaultAdminTransfer([ben.address]);
    await pass(172_700n);
    await refused(distributor.by(ben).acceptDefaultAdminTransfer(), 'AccessControlEnforcedDefaultAdminDelay');
    await pass(200n);
    await distributor.by(ben).acceptDefaultAdminTransfer();
    expect(await distributor.read.owner()).toBe(ben.address);
    await refused(
      distributor.by(admin).recoverSurplus([admin.address, 0n]),
      'AccessControlUnauthorizedAccount',
    );
  });
});

test.each<[string, (token: Hex, parts: Setting['parts']) => readonly unknown[], string]>([
  ['a token that is no contract', (_, { ada }) => [ada.address, 60n, 60n], 'BadToken'],
  ['no delay', (token) => [token, 0n, 60n], 'BadDelay'],
  ['a delay in milliseconds', (token) => [token, 3_600_000n, 60n], 'BadDelay'],
  ['a grace in milliseconds', (token) => [token, 60n, 3_600_000n], 'BadDelay'],
])('%s is not deployed', async (_, args, name) => {
  const { parts, token, deploy } = setting;
  const { admin, publisher, guardian } = parts;
  const roles = [admin.address, publisher.address, guardian.address];
  await refused(deploy('RewardDistributor', [...args(token.address, parts), ...roles]), name);
});

test('the token has all it will ever have, and no one with a right over it', async () => {
  const { token, parts } = setting;
  expect(await token.read.name()).toBe('Stelai');
  expect(await token.read.symbol()).toBe('STELAI');
  expect(await token.read.decimals()).toBe(18);
  expect(await token.read.totalSupply()).toBe(stelai('1000000000'));
  expect(await token.read.balanceOf([parts.treasury.address])).toBe(stelai('1000000000'));
  await token.write.burn([stelai('1')]);
  expect(await token.read.totalSupply()).toBe(stelai('999999999'));
});
