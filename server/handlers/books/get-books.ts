import { booksForMany } from '../../views/books-for-many.ts';
import { instantOf } from '../../views/moments.ts';
import { os } from '../base.ts';

export const getBooks = os.books.getBooks.handler(({ input, context: { context } }) =>
  booksForMany(context, instantOf(context, input.at)),
);
