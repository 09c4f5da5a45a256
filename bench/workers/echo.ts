/** What any Worker takes that reads JSON and answers as much. */
export default {
  async fetch(request) {
    return Response.json(await request.json());
  },
} satisfies ExportedHandler;
