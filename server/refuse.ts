import { refusals, type RefusalCode, type RefusalData } from '#api/errors.ts';

/** Expected trouble: a named refusal of the contract. Whoever throws it has changed nothing. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly data: unknown;
  constructor(code: RefusalCode, data: unknown) {
    super(refusals[code].message);
    this.name = 'Refusal';
    this.code = code;
    this.data = data;
  }
}

type DataArgument<C extends RefusalCode> = RefusalData<C> extends undefined ? [] : [data: RefusalData<C>];

/** A refusal to be told to one of many, while the others go on. */
export const refusal = <C extends RefusalCode>(code: C, ...data: DataArgument<C>): Refusal =>
  new Refusal(code, data[0]);

export function refuse<C extends RefusalCode>(code: C, ...data: DataArgument<C>): never {
  throw refusal(code, ...data);
}
