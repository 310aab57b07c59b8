/**
 * Mistakes that would cost somebody money, each seeded on purpose, and the tests that must notice. Most of them
 * happened to somebody: a key that was looked for instead of claimed, a hold outside the transaction that needs
 * it, an answer before COMMIT, a key that is too narrow or too wide. `hunt.ts` plants them, one at a time, in a
 * copy of the tree. A mistake that no test notices is a hole: write the test beside the code that it is about.
 */
export type Change = { file: string; from: string; to: string };
export type Mutant = {
  name: string;
  changes: readonly Change[];
  /** Every one of these fails, or the mistake counts as not noticed. */
  noticed_by: readonly { file: string; test: string }[];
};

const BOOKS = 'server/modules/ledger/migrations/0001-books.sql';
const HEADS = 'server/modules/ledger/heads.ts';
const SETTLE = 'server/flows/settle-generation.ts';
const START = 'server/flows/start-generation.ts';
const DATABASE = 'server/kit/database.ts';
const BATCHER = 'server/kit/batcher.ts';
const IDEMPOTENCY = 'server/kit/idempotency.ts';
const EARNINGS = 'server/flows/postings/earnings.ts';
const SPLIT = 'packages/split/split.ts';

const noticed = (file: string) => (test: string) => [{ file, test }];
const byLedger = noticed('server/modules/ledger/ledger.test.ts');
const byWaiting = noticed('server/modules/ledger/waiting.test.ts');
const byChains = noticed('server/modules/ledger/heads.test.ts');
const byPostings = noticed('server/flows/postings/postings.test.ts');
const byPinned = noticed('server/flows/postings/pinned.test.ts');
const bySplit = noticed('packages/split/split.test.ts');
const byKeys = noticed('server/kit/idempotency.test.ts');
const byBatcher = noticed('server/kit/batcher.test.ts');
const byConnections = noticed('tests/faults/connections.test.ts');
const byCounting = (part: string) => noticed(`packages/judging/${part}.test.ts`);
const byStory = (story: string) => noticed(`tests/stories/${story}.test.ts`);

/** A constraint that lets everything through: what is left then is the code. */
const unguarded = (constraint: string, check: string): Change => ({
  file: BOOKS,
  from: `constraint ${constraint} check (${check})`,
  to: `constraint ${constraint} check (true)`,
});

const LOCKING_PURSES =
  '  perform 1 from ledger.balance where account_id = any(p_first || p_second) order by account_id for update;\n';

export const MUTANTS: readonly Mutant[] = [
  // looked for, and then done
  {
    name: 'the keys of a batch are looked for instead of claimed',
    changes: [
      {
        file: IDEMPOTENCY,
        from: `  const inserted = await tx
    .insertInto('kit.idempotency')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning('subject')
    .execute();`,
        to: `  const taken = await tx.selectFrom('kit.idempotency').select('key').execute();
  const inserted = rows.filter(({ key }, place) =>
    !taken.some((row) => row.key === key) && rows.findIndex((row) => row.key === key) === place);
  if (inserted.length > 0)
    await tx.insertInto('kit.idempotency').values(inserted).onConflict((conflict) => conflict.doNothing()).execute();`,
      },
    ],
    noticed_by: byKeys('of two batches at once with one key, one is first'),
  },
  {
    name: 'a key is looked for instead of claimed',
    changes: [
      {
        file: IDEMPOTENCY,
        from: `  const inserted = await tx
    .insertInto('kit.idempotency')
    .values({ actor_id, key, endpoint, body_hash: hashOf(claim.body), at })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst();`,
        to: `  const inserted = !(await earlierOf(tx, claim));
  await tx.insertInto('kit.idempotency').values({ actor_id, key, endpoint, body_hash: hashOf(claim.body), at })
    .onConflict((conflict) => conflict.doNothing()).execute();`,
      },
    ],
    noticed_by: byKeys('of many at once with one key, one is first and the others are told what it did'),
  },
  {
    name: 'a balance is looked at, and then set aside',
    changes: [
      unguarded('balance_not_overdrawn', 'posted - held >= 0'),
      {
        file: BOOKS,
        from: `  covered as (
    update ledger.balance b set held = b.held + wanted.m
    from wanted where b.account_id = any(p_accounts) and b.account_id = wanted.a and b.posted - b.held >= wanted.m returning b.account_id)`,
        to: `  enough as materialized (
    select b.account_id from ledger.balance b join wanted on wanted.a = b.account_id where b.posted - b.held >= wanted.m),
  covered as (
    update ledger.balance b set held = b.held + wanted.m
    from wanted join enough on enough.account_id = wanted.a where b.account_id = wanted.a returning b.account_id)`,
      },
    ],
    noticed_by: byWaiting('the last of a purse is held once'),
  },
  {
    name: 'a second purse is looked at, and then set aside',
    changes: [
      unguarded('balance_not_overdrawn', 'posted - held >= 0'),
      { file: BOOKS, from: LOCKING_PURSES, to: '' },
      {
        file: BOOKS,
        from: `      update ledger.balance set held = held + v_second
      where account_id = v_request.second and posted - held >= v_second;
      continue when not found;`,
        to: `      continue when not exists (
        select from ledger.balance where account_id = v_request.second and posted - held >= v_second);
      update ledger.balance set held = held + v_second where account_id = v_request.second;`,
      },
    ],
    noticed_by: byWaiting('so is the last of a second purse'),
  },
  {
    name: 'who finds a purse too empty asks the others in the order of arrival',
    changes: [{ file: BOOKS, from: LOCKING_PURSES, to: '' }],
    noticed_by: byWaiting('who cannot pay waits for nobody in a circle'),
  },
  {
    name: 'a cause that was posted is looked for, and the journal has no key',
    changes: [
      { file: BOOKS, from: 'constraint journal_once primary key (id, part),', to: '' },
      {
        file: BOOKS,
        from: '  -- the duplicate check is the primary key: a join against the journal in here would be planned for one row\n',
        to: `  if exists (select from ledger.journal j join unnest(p_ids, p_parts) t(id, part) on j.id = t.id and j.part = t.part) then
    raise exception 'posted before' using errcode = 'unique_violation', constraint = 'journal_once';
  end if;
`,
      },
    ],
    noticed_by: byLedger('the same cause is posted once, however often it is tried'),
  },

  // one act, two transactions
  {
    name: 'credits are held in a transaction of their own',
    changes: [
      {
        file: START,
        from: 'const held = await hold(tx, admitted, idOf);',
        to: 'const held = await context.database.inTransaction((alone) => hold(alone, admitted, idOf));',
      },
    ],
    noticed_by: noticed('tests/faults/lost-answers.test.ts')(
      'the answer to COMMIT is lost again and again, and each act still happens once',
    ),
  },
  {
    name: 'a transaction answers before it is committed',
    changes: [
      {
        file: DATABASE,
        from: '    await tx.commit().execute();',
        to: '    void tx.commit().execute().catch(() => {});',
      },
    ],
    noticed_by: byConnections(
      'one that dies before COMMIT is answered leaves the outcome unknown, and no connection is kept',
    ),
  },
  {
    name: 'a batch answers before it is through',
    changes: [
      {
        file: BATCHER,
        from: 'const outcomes = await flush(batch.map(({ item }) => item));',
        to: `void flush(batch.map(({ item }) => item)).catch(() => {});
      const outcomes = batch.map(() => ({ value: undefined as R }));`,
      },
    ],
    noticed_by: byBatcher('answers each with what became of it'),
  },
  {
    name: 'a lost answer to COMMIT is called a failure',
    changes: [{ file: DATABASE, from: 'throw new OutcomeUnknown(error);', to: 'throw error;' }],
    noticed_by: byConnections(
      'one that dies before COMMIT is answered leaves the outcome unknown, and no connection is kept',
    ),
  },
  {
    name: 'a batch whose outcome nobody knows is tried again',
    changes: [{ file: BATCHER, from: '!(error instanceof OutcomeUnknown) && ', to: '' }],
    noticed_by: byBatcher('what may have happened is not tried again: everybody is told that nobody knows'),
  },

  // keys: too narrow, too wide, made anew
  {
    name: 'a settlement posts under a new id each time',
    changes: [
      { file: SETTLE, from: 'type GenerationId, type ModelId', to: 'type GenerationId, newId, type ModelId' },
      {
        file: SETTLE,
        from: 'generationSettled(job.id, job.payer_id,',
        to: 'generationSettled(newId<GenerationId>(at), job.payer_id,',
      },
    ],
    noticed_by: byStory('runner-stumbles')(
      'a worker that comes back finds what was delivered meanwhile and settles it once, however many come',
    ),
  },
  {
    name: 'the journal’s key leaves out the part',
    changes: [{ file: BOOKS, from: 'primary key (id, part),', to: 'primary key (id),' }],
    noticed_by: byLedger(
      'several rows of one hold, several holds of one cause, and rows that hold nothing go in one batch',
    ),
  },
  {
    name: 'somebody else’s key is one’s own',
    changes: [
      {
        file: 'server/kit/migrations/0001-outbox.sql',
        from: 'primary key (actor_id, key)',
        to: 'primary key (key)',
      },
    ],
    noticed_by: byKeys('a key is its sender’s own'),
  },
  {
    name: 'the id of a maturity leaves out the creator',
    changes: [{ file: EARNINGS, from: `('maturity', creator, day)`, to: `('maturity', day)` }],
    noticed_by: byPinned('every act has an id of its own, and the same one when it is tried again'),
  },
  {
    name: 'the id of a maturity leaves out the day',
    changes: [{ file: EARNINGS, from: `('maturity', creator, day)`, to: `('maturity', creator)` }],
    noticed_by: byPinned('every act has an id of its own, and the same one when it is tried again'),
  },
  {
    name: 'the id of a maturity says when it was tried',
    changes: [
      {
        file: EARNINGS,
        from: `('maturity', creator, day)`,
        to: `('maturity', creator, day, String(performance.now()))`,
      },
    ],
    noticed_by: byPinned('every act has an id of its own, and the same one when it is tried again'),
  },
  {
    name: 'the id of a refund says when it was tried',
    changes: [
      {
        file: 'server/flows/lots.ts',
        from: `('refund', generation_id)`,
        to: `('refund', generation_id, String(performance.now()))`,
      },
    ],
    noticed_by: noticed('server/flows/lots.test.ts')('a refund goes back to the lots that it was paid from'),
  },
  {
    name: 'the id of a vesting leaves out the generation',
    changes: [
      {
        file: 'server/flows/vest-promo-earnings.ts',
        from: `idOf<TransactionId>('vesting', id)`,
        to: `idOf<TransactionId>('vesting', day)`,
      },
    ],
    noticed_by: byStory('promo-earnings-vest')(
      'what a gift earned waits until its receiver buys, and then it is like any other',
    ),
  },
  {
    name: 'an expiry has one id for a lot, however often',
    changes: [
      {
        file: 'server/flows/lots.ts',
        from: `('promo expiry', lot_id, String(n))`,
        to: `('promo expiry', lot_id, String(0 * n))`,
      },
    ],
    noticed_by: noticed('server/flows/lots.test.ts')(
      'each expiry of each lot has one of its own, and the same when it is tried again',
    ),
  },

  // rounding
  {
    name: 'both halves of a charge are rounded, each by itself',
    changes: [
      {
        file: SPLIT,
        from: `  const amounts = apportion(promo_micros + paid_micros, weights);
  const pending = apportion(paid_micros, amounts);`,
        to: `  const pending = apportion(paid_micros, weights);
  const amounts = apportion(promo_micros, weights).map((promo, index) => promo + at(pending, index));`,
      },
    ],
    noticed_by: bySplit('a charge is rounded once, and not each half by itself'),
  },
  {
    name: 'every part is rounded down, and the platform has the rest',
    changes: [
      {
        file: SPLIT,
        from: '(extra.has(index) ? floor + 1n : floor)',
        to: '(index === floors.length - 1 ? floor + BigInt(extra.size) : floor)',
      },
    ],
    noticed_by: bySplit(
      'two units that are left go to the two largest remainders, in the order of the split among equals',
    ),
  },
  {
    name: 'a debt takes all that matures',
    changes: [
      {
        file: EARNINGS,
        from: 'owed < amount / 2n ? owed : amount / 2n',
        to: 'owed < amount ? owed : amount',
      },
    ],
    noticed_by: byPostings('a day matures whole, and a debt takes half of it at most'),
  },

  // holds and balances
  {
    name: 'a void forgets to free',
    changes: [
      { file: BOOKS, from: 'perform ledger.release(p_at, v_ids, v_accs, v_amts, null, null);', to: '' },
    ],
    noticed_by: byLedger('a hold is captured or voided, once'),
  },
  {
    name: 'a failure forgets its hold',
    changes: [
      {
        file: 'server/flows/fail-generation.ts',
        from: '  await ledger.voidHolds(tx, [id], at);\n',
        to: '',
      },
    ],
    noticed_by: byStory('member-cancels')('what waits is cancelled at once, and no runner ever sees it'),
  },
  {
    name: 'a capture takes more than was held',
    changes: [
      unguarded('journal_captured_within', 'amt0 + held0 >= 0'),
      { file: BOOKS, from: 'amt + total >= 0 as enough', to: 'true as enough' },
      { file: BOOKS, from: 'bool_and(h.amt + t.m >= 0)', to: 'bool_and(true)' },
    ],
    noticed_by: byLedger('nothing is captured beyond the hold, nor from anywhere else'),
  },
  {
    name: 'what a capture leaves of its hold stays held',
    changes: [
      { file: BOOKS, from: 'held = b.held - moved.h\n', to: 'held = b.held - least(moved.h, -moved.m)\n' },
    ],
    noticed_by: byLedger('a hold is captured or voided, once'),
  },
  {
    name: 'a hold that a capture does not need stays held',
    changes: [{ file: BOOKS, from: 'if v_used < cardinality(v_ids) then', to: 'if false then' }],
    noticed_by: byLedger(
      'several rows of one hold, several holds of one cause, and rows that hold nothing go in one batch',
    ),
  },
  {
    name: 'a balance may fall below zero',
    changes: [unguarded('balance_not_overdrawn', 'posted - held >= 0')],
    noticed_by: byLedger('a guarded account never falls below zero, and nothing else of the batch is posted'),
  },
  {
    name: 'what is held can be spent',
    changes: [{ file: BOOKS, from: 'check (posted - held >= 0)', to: 'check (posted >= 0)' }],
    noticed_by: byLedger('what is held cannot be held or spent again'),
  },
  {
    name: 'two post in one slot at once',
    changes: [
      {
        file: BOOKS,
        from: `perform pg_advisory_xact_lock(hashtext('ledger.slot'), p_slot);`,
        to: `perform pg_advisory_xact_lock_shared(hashtext('ledger.slot'), p_slot);`,
      },
    ],
    noticed_by: byWaiting(
      'two who post in one slot do so one after the other, and the chain goes on from the first',
    ),
  },
  {
    name: 'who must post alone does so beside the slots',
    changes: [
      {
        file: BOOKS,
        from: `perform pg_advisory_xact_lock(hashtext('ledger'));`,
        to: `perform pg_advisory_xact_lock_shared(hashtext('ledger'));`,
      },
    ],
    noticed_by: byWaiting('who posts alone waits for every slot, and every slot waits'),
  },
  {
    name: 'the number of a batch is drawn before its balances are locked',
    changes: [
      {
        file: BOOKS,
        from: '  perform ledger.lock_slot(p_slot);\n  -- the duplicate check',
        to: `  perform ledger.lock_slot(p_slot);\n  v_batch := nextval('ledger.batch_id');\n  -- the duplicate check`,
      },
      { file: BOOKS, from: `  v_batch := nextval('ledger.batch_id');\n  select hash`, to: '  select hash' },
    ],
    noticed_by: byWaiting(
      'the batches of an account are in the order in which they moved it, in whatever slots they are',
    ),
  },

  // what the books say
  ...(
    [
      ['memo', `|| coalesce(array_send(p_memos), '-')`, `'memo', `],
      ['hold', `|| coalesce(array_send(p_held), '-')`, `, 'held0'`],
      ['kind', '|| array_send(p_kinds)', `'kind', `],
    ] as const
  ).map(([column, in_sql, in_check]): Mutant => ({
    name: `the hash of a batch leaves out the ${column}, and so does the check`,
    changes: [
      { file: BOOKS, from: in_sql, to: '' },
      {
        file: HEADS,
        from: `['id', 'part', 'kind', 'memo', 'held0']`,
        to: `['id', 'part', 'kind', 'memo', 'held0']`.replace(in_check, ''),
      },
    ],
    noticed_by: byChains('whatever is changed in a row of the journal, the chain shows it'),
  })),
  {
    name: 'the last leg is not hashed, and not checked',
    changes: [
      {
        file: BOOKS,
        from: ` || coalesce(array_send(p_acc5), '-') || coalesce(array_send(p_amt5), '-'));`,
        to: ');',
      },
      { file: HEADS, from: 'const LEGS = [0, 1, 2, 3, 4, 5];', to: 'const LEGS = [0, 1, 2, 3, 4];' },
    ],
    noticed_by: byChains('whatever is changed in a row of the journal, the chain shows it'),
  },
  {
    name: 'a minute remembers its last batch only',
    changes: [
      { file: BOOKS, from: 'set delta = x.delta + excluded.delta,', to: 'set delta = excluded.delta,' },
    ],
    noticed_by: byLedger(
      'batches that overlap in every order, in slots and alone, neither overdraw nor wait in a circle',
    ),
  },
  {
    name: 'what matures is earned a second time',
    changes: [
      {
        file: 'server/modules/ledger/store.ts',
        from: " and x.minute < (a.day + 1 - date '1970-01-01') * 1440",
        to: '',
      },
    ],
    noticed_by: byLedger('what was earned in an interval is not earned again when it moves'),
  },
  {
    name: 'transit is filled and not emptied',
    changes: [{ file: 'server/flows/postings/movement.ts', from: ', ...gain.map(alone)]', to: ']' }],
    noticed_by: byPostings(
      'givers come first and gainers last, so that transit is filled before it is emptied',
    ),
  },

  // acts
  {
    name: 'a settlement does not see that the payer would be paid',
    changes: [{ file: SETTLE, from: 'related: terms.related,', to: 'related: false,' }],
    noticed_by: byStory('terms-are-frozen')(
      'a creator who generates with their own model pays, and nobody earns by it',
    ),
  },
  {
    name: 'a settlement earns dollars for promo credits',
    changes: [
      {
        file: SETTLE,
        from: 'sum(divided.map(({ job }) => job.paid_micros))',
        to: 'sum(divided.map(({ job }) => job.price_micros))',
      },
    ],
    noticed_by: byStory('promo-earnings-vest')(
      'what a gift earned waits until its receiver buys, and then it is like any other',
    ),
  },
  {
    name: 'a refused start keeps its key',
    changes: [
      {
        file: START,
        from: "claimed.filter((start) => 'error' in (outcomes.get(start) ?? {})).map(({ claim }) => claim),",
        to: '[],',
      },
    ],
    noticed_by: byStory('submits-twice')('a key whose act was refused is free again'),
  },
  {
    name: 'a day that matured matures again',
    changes: [
      { file: 'server/flows/mature-earnings.ts', from: 'last ? nextDay(last) :', to: 'last ? last :' },
    ],
    noticed_by: byStory('promo-earnings-vest')(
      'what a gift earned waits until its receiver buys, and then it is like any other',
    ),
  },
  {
    name: 'a purchase covers any number of gifts',
    changes: [
      {
        file: 'server/flows/vest-promo-earnings.ts',
        from: ' - (await earnings.coveredSum(tx, funded));',
        to: ';',
      },
    ],
    noticed_by: byStory('promo-earnings-vest')(
      'a purchase covers so many gifts and no more, whenever they come',
    ),
  },

  // a competition counted wrongly
  {
    name: 'one hostile juror counts as much as any other',
    changes: [{ file: 'packages/judging/panel.ts', from: '.sort((a, b) => a - b).slice(1, -1);', to: ';' }],
    noticed_by: byCounting('order')(
      'drops the best and the worst rank of each entry, so that one hostile juror moves nobody',
    ),
  },
  {
    name: 'a place is for who is among the ten of one chamber',
    changes: [
      {
        file: 'packages/judging/order.ts',
        from: '<= BOTH_TOP && experts <= BOTH_TOP',
        to: '<= BOTH_TOP || experts <= BOTH_TOP',
      },
    ],
    noticed_by: byCounting('order')(
      'has first who is among the ten of both, however good others are for one of them',
    ),
  },
  {
    name: 'an entry that nobody compared is as good as the average',
    changes: [{ file: 'packages/judging/qualifying.ts', from: '(few || is))', to: '(few || is || !is))' }],
    noticed_by: byCounting('tally')(
      'what nobody compared has no strength: it is neither nothing nor the best',
    ),
  },
  {
    name: 'finalists are cut off before they are in order',
    changes: [
      {
        file: 'packages/judging/qualifying.ts',
        from: '  const ranked = entries\n',
        to: '  const ranked = entries.slice(0, 1000)\n',
      },
    ],
    noticed_by: byCounting('tally')('the finalists are the strongest of all, wherever they stand'),
  },
  {
    name: 'linked accounts weigh one each',
    changes: [{ file: 'packages/judging/weigh.ts', from: 'while (part * size > 1) part /= 2;', to: '' }],
    noticed_by: byCounting('weigh')(
      'a part of one weight when accounts are linked: the largest power of two up to one m-th',
    ),
  },
  {
    name: 'bought votes stay, and only a line says that they were',
    changes: [{ file: 'packages/judging/weigh.ts', from: 'if (barred !== null) return barred;', to: '' }],
    noticed_by: byCounting('tally')(
      'for bought votes: these weigh nothing, strengths are found anew, and the finalists stay',
    ),
  },
  {
    name: 'a recount believes what the bundle says of its pairs',
    changes: [
      {
        file: 'packages/judging/recount.ts',
        from: 'if (left !== ballot.left || right !== ballot.right)',
        to: 'if (left === undefined && right === undefined && at < 0)',
      },
    ],
    noticed_by: byCounting('bundle')(
      'another choice, another pair, and another seed are found in many parts',
    ),
  },
];

/** Two of the cheapest, for every `npm test`: the others take minutes. */
export const QUICK = ['both halves of a charge are rounded, each by itself', 'a debt takes all that matures'];
