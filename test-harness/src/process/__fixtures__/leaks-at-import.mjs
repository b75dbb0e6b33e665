const kept = [];
for (;;) kept.push(Buffer.alloc(64 * 1024 * 1024, 1));
