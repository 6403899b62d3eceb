// The runtime inside a function's process: loads the bundle named by the first argument and answers each event that its
// parent sends, one at a time.
const [, , bundle] = process.argv;
const { handler } = await import(bundle);

process.on('message', async ({ event, requestId, deadline }) => {
  const context = {
    awsRequestId: requestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  try {
    // Both directions are JSON on Lambda.
    const result = JSON.stringify((await handler(event, context)) ?? null);
    process.send({ requestId, result });
  } catch (error) {
    process.send({ requestId, error: error instanceof Error ? `${error.stack}` : JSON.stringify(error) });
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ ready: true });
