import { parseMarkdown } from '#ui/markdown/parse.ts';
import { orNowhere, orRefuse } from '#web/load.ts';

export async function load({ locals, params, url, depends }) {
  depends('app:review');
  const { program } = locals.api;
  const task = await orNowhere(program.getAssignment({ id: params.id }), url);
  const of = { id: task.application_id, revision: task.revision };
  return {
    task,
    bench: await orRefuse(program.getBench(of), url),
    what_it_does: parseMarkdown(task.content.what_it_does),
  };
}
