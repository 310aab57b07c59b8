export type Sitter = {
  name: string;
  /** One of those who are not known, who share what may be taken by anybody. */
  isStranger?: boolean;
};

export type Seats = {
  /** Takes a seat and answers how to leave it, once or more often; null when there is none for them. */
  take(who: Sitter): (() => void) | null;
};

/** How many may be at something at the same time, in this process: each of them, together, and all strangers. */
export function createSeats({
  each,
  all = Infinity,
  strangers = all,
}: {
  each: number;
  all?: number;
  strangers?: number;
}): Seats {
  const held = new Map<string, number>();
  let taken = 0;
  let taken_by_strangers = 0;

  function count({ name, isStranger = false }: Sitter, by: 1 | -1): void {
    const own = (held.get(name) ?? 0) + by;
    if (own > 0) held.set(name, own);
    else held.delete(name);
    taken += by;
    if (isStranger) taken_by_strangers += by;
  }

  return {
    take(who) {
      const isFull =
        taken >= all ||
        (held.get(who.name) ?? 0) >= each ||
        (who.isStranger === true && taken_by_strangers >= strangers);
      if (isFull) return null;
      count(who, 1);
      let left = false;
      return () => {
        if (!left) count(who, -1);
        left = true;
      };
    },
  };
}
