/* SPDX-License-Identifier: MIT */
/* The 8237 pair, by the internal functions of hal/system_dma.h. */
#include <errno.h>

#include "dma_controller_model.h"
#include "hal/system_dma.h"
#include "hal_fixture.h"

static struct dma_controller_model model;

static void set_up(struct hal_fixture *f, gconstpointer data)
{
	hal_set_up(f, NULL);
	model_attach(&model, f->platform);
}

#define KIB64  (64u << 10)
#define KIB128 (128u << 10)

static struct system_dma_setup setup_of(unsigned int channel, uint32_t maximum)
{
	return (struct system_dma_setup){
		.channel = channel, .words = channel > 3, .maximum = maximum};
}

static const unsigned int usable[] = {0, 1, 2, 3, 5, 6, 7};

/* ---- internal functions -------------------------------------------------------------------------
 */

static void test_channels(struct hal_fixture *f, gconstpointer data)
{
	static const size_t offsets[] = {0, 1, 4095};
	static const uint32_t lengths[] = {2, 1514, 4096, 30000, 65536};

	for (unsigned int i = 0; i < G_N_ELEMENTS(usable) * 2; i++) {
		unsigned int number = usable[i / 2];
		struct system_dma_setup setup = setup_of(number, 0xFFFFFFFF);
		struct system_dma *channel;

		setup.demand = i & 1;
		g_assert_cmpint(system_dma_open(f->platform, &setup, &channel), ==, 0);
		g_assert_cmpuint(system_dma_limit(channel), ==, number > 3 ? KIB128 : KIB64);
		for (unsigned int j = 0; j < G_N_ELEMENTS(offsets) * G_N_ELEMENTS(lengths); j++) {
			unsigned char *va = f->heap + offsets[j % 3];
			uint32_t length = lengths[j / 3];
			unsigned char *bytes = g_malloc(length);

			hal_fill(va, length, j);
			g_assert_cmpint(system_dma_start(channel, va, length, true), ==, 0);
			g_assert_true(system_dma_is_active(channel));
			g_assert_cmphex(model.channel[number].mode, ==,
					(setup.demand ? 0x08u : 0x48u) | (number & 3));
			g_assert_cmpuint(model_transfer(&model, number, bytes, length, true), ==,
					 length);
			hal_check(bytes, length, j);
			g_assert_true(model.channel[number].terminal &&
				      model.channel[number].masked);
			g_assert_cmpuint(system_dma_counter(channel), ==, 0);
			g_assert_cmpint(system_dma_stop(channel), ==, 0);
			hal_fill(bytes, length, j + 9);
			g_assert_cmpint(system_dma_start(channel, va, length, false), ==, 0);
			g_assert_cmpuint(model_transfer(&model, number, bytes, length, false), ==,
					 length);
			g_assert_cmpint(system_dma_stop(channel), ==, 0);
			hal_check(va, length, j + 9);
			g_assert_false(system_dma_is_active(channel));
			g_free(bytes);
		}
		system_dma_close(channel);
		g_assert_true(model.channel[number].masked);
	}
}

static void test_limits(struct hal_fixture *f, gconstpointer data)
{
	struct system_dma_setup setup = setup_of(5, 0xFFFFFFFF);
	struct system_dma *words, *bytes;

	g_assert_cmpint(system_dma_open(f->platform, &setup, &words), ==, 0);
	setup = setup_of(1, 3000);
	g_assert_cmpint(system_dma_open(f->platform, &setup, &bytes), ==, 0);
	g_assert_cmpint(system_dma_start(words, f->heap, KIB128, true), ==, 0);
	g_assert_cmpint(system_dma_start(words, f->heap, 2, true), ==, -EBUSY);
	g_assert_cmpint(system_dma_stop(words), ==, 0);
	g_assert_cmpint(system_dma_stop(words), ==, -EINVAL);
	g_assert_cmpint(system_dma_start(words, f->heap, KIB128 + 2, true), ==, -EMSGSIZE);
	g_assert_cmpint(system_dma_start(words, f->heap, 3, true), ==, -EINVAL);
	g_assert_cmpint(system_dma_start(words, f->heap, 0, true), ==, -EINVAL);
	g_assert_cmpuint(system_dma_limit(bytes), ==, 3000);
	g_assert_cmpint(system_dma_start(bytes, f->heap, 3001, true), ==, -EMSGSIZE);
	g_assert_cmpint(system_dma_start(bytes, f->heap, 2999, true), ==, 0);
	g_assert_cmpuint(system_dma_counter(bytes), ==, 2999);
	g_assert_cmpuint(system_dma_counter(words), ==, 0);
	system_dma_close(bytes);
	system_dma_close(words);
}

static void test_conflicts(struct hal_fixture *f, gconstpointer data)
{
	struct platform *other = fake_platform_create(f->loop, NULL, true);
	struct system_dma_setup setup = setup_of(1, 100), bad;
	struct system_dma *first, *second;

	g_assert_cmpint(system_dma_open(f->platform, &setup, &first), ==, 0);
	g_assert_cmpint(system_dma_open(f->platform, &setup, &second), ==, 0);
	g_assert_true(first == second);
	bad = setup;
	bad.demand = true;
	g_assert_cmpint(system_dma_open(f->platform, &bad, &second), ==, -EBUSY);
	bad = setup;
	bad.exclusive = true;
	g_assert_cmpint(system_dma_open(f->platform, &bad, &second), ==, -EBUSY);
	g_assert_cmpint(system_dma_open(other, &setup, &second), ==, -EBUSY);
	system_dma_close(first);
	system_dma_close(first);
	/* The other platform has no ports. */
	g_assert_cmpint(system_dma_open(other, &setup, &second), ==, -ENOTSUP);
	g_assert_cmpint(system_dma_open(f->platform, &bad, &first), ==, 0);
	g_assert_cmpint(system_dma_open(f->platform, &bad, &second), ==, -EBUSY);
	system_dma_close(first);
	for (unsigned int number = 0; number < 10; number++) {
		bad = setup_of(number, 100);
		if (number == 4 || number > 7) {
			g_assert_nonnull(system_dma_check(&bad));
			g_assert_cmpint(system_dma_open(f->platform, &bad, &second), ==, -EINVAL);
			continue;
		}
		g_assert_null(system_dma_check(&bad));
		bad.words = !bad.words;
		g_assert_nonnull(system_dma_check(&bad));
	}
	bad = setup_of(1, 0);
	g_assert_nonnull(system_dma_check(&bad));
	platform_close(other);
}

/* The reserved memory is divided so that no part crosses the line of its channel. */
static void test_memory(struct hal_fixture *f, gconstpointer data)
{
	struct system_dma *channels[G_N_ELEMENTS(usable)];
	struct system_dma_setup setup;
	uint32_t physical;
	void *va, *second;

	for (unsigned int i = 0; i < G_N_ELEMENTS(usable); i++) {
		setup = setup_of(usable[i], i == 2 ? PAGE : KIB64);
		g_assert_cmpint(system_dma_open(f->platform, &setup, &channels[i]), ==, 0);
		g_assert_cmpuint(system_dma_limit(channels[i]), <=, setup.maximum);
		g_assert_cmpint(system_dma_start(channels[i], f->heap, PAGE, true), ==, 0);
	}
	/* 512 KiB with gaps: the seventh channel gets less than it wanted, and says so. */
	g_assert_cmpuint(system_dma_limit(channels[0]), ==, KIB64);
	for (unsigned int i = 0; i < G_N_ELEMENTS(usable); i++)
		system_dma_close(channels[i]);

	setup = setup_of(3, PAGE);
	g_assert_cmpint(system_dma_open(f->platform, &setup, &channels[0]), ==, 0);
	g_assert_cmpint(system_dma_memory_take(channels[0], KIB64 + 1, &va, &physical), ==,
			-EMSGSIZE);
	g_assert_cmpint(system_dma_memory_take(channels[0], KIB64, &va, &physical), ==, 0);
	g_assert_cmphex(physical % KIB64, ==, 0);
	g_assert_cmpint(system_dma_memory_take(channels[0], 100, &second, &physical), ==, 0);
	g_assert_cmphex(physical, ==, MODEL_LOW_ADDRESS + PAGE);
	g_assert_cmpuint(((unsigned char *)second)[99], ==, 0);
	system_dma_memory_give(f->platform, va);
	system_dma_memory_give(f->platform, second);
	system_dma_close(channels[0]);
	fake_set_low_memory(f->platform, MODEL_LOW_ADDRESS, 2 * PAGE);
	setup.maximum = 0xFFFFFFFF;
	g_assert_cmpint(system_dma_open(f->platform, &setup, &channels[0]), ==, 0);
	g_assert_cmpuint(system_dma_limit(channels[0]), ==, 2 * PAGE);
	system_dma_close(channels[0]);
}

/* Memory that the controller reaches by itself is not copied, and the transfer is visible as it
 * goes. */
static void test_in_place(struct hal_fixture *f, gconstpointer data)
{
	struct system_dma_setup setup = setup_of(5, PAGE);
	struct system_dma *channel;
	uint32_t physical;
	unsigned char bytes[64];
	unsigned char *va;
	void *memory;

	g_assert_cmpint(system_dma_open(f->platform, &setup, &channel), ==, 0);
	g_assert_cmpint(system_dma_memory_take(channel, KIB128, &memory, &physical), ==, 0);
	va = memory;
	hal_fill(bytes, sizeof(bytes), 7);
	/* Longer than the bounce memory, at an even address: in place. */
	g_assert_cmpint(system_dma_start(channel, va + 1000, 50000, false), ==, 0);
	g_assert_cmphex(model.channel[5].address * 2u | (model.channel[5].page & 0xfeu) << 16, ==,
			physical + 1000);
	model_transfer(&model, 5, bytes, sizeof(bytes), false);
	hal_check(va + 1000, sizeof(bytes), 7);
	g_assert_cmpuint(system_dma_counter(channel), ==, 50000 - sizeof(bytes));
	g_assert_cmpint(system_dma_stop(channel), ==, 0);
	/* Address bit 16 is in the address register, not in the page register. */
	g_assert_cmpint(system_dma_start(channel, va + 0x10000, 64, false), ==, 0);
	g_assert_cmphex(model.channel[5].address, >=, 0x8000);
	model_transfer(&model, 5, bytes, sizeof(bytes), false);
	hal_check(va + 0x10000, sizeof(bytes), 7);
	g_assert_cmpint(system_dma_stop(channel), ==, 0);
	/* At an odd one the controller would lose a bit: copied, and too long for that here. */
	g_assert_cmpint(system_dma_start(channel, va + 1001, 50000, false), ==, -EMSGSIZE);
	g_assert_cmpint(system_dma_start(channel, va + 1, 64, false), ==, 0);
	model_transfer(&model, 5, bytes, sizeof(bytes), false);
	g_assert_cmpuint(va[1], ==, 0);
	g_assert_cmpint(system_dma_stop(channel), ==, 0);
	hal_check(va + 1, sizeof(bytes), 7);
	system_dma_memory_give(f->platform, memory);
	system_dma_close(channel);
}

static void test_partial(struct hal_fixture *f, gconstpointer data)
{
	struct system_dma_setup setup = setup_of(1, 1000);
	struct system_dma *channel;
	unsigned char bytes[1000];

	hal_fill(bytes, sizeof(bytes), 1);
	for (unsigned int ignore = 0; ignore < 2; ignore++) {
		setup.ignore_count = ignore;
		g_assert_cmpint(system_dma_open(f->platform, &setup, &channel), ==, 0);
		memset(f->heap, 0x5a, 1000);
		g_assert_cmpint(system_dma_start(channel, f->heap, 1000, false), ==, 0);
		g_assert_cmpuint(model_transfer(&model, 1, bytes, 300, false), ==, 300);
		g_assert_cmpuint(system_dma_counter(channel), ==, 700);
		/* What was not transferred is the driver's all the time. */
		f->heap[999] = 0x77;
		g_assert_cmpint(system_dma_stop(channel), ==, 0);
		hal_check(f->heap, 300, 1);
		g_assert_cmphex(f->heap[300], ==, 0x5a);
		g_assert_cmphex(f->heap[999], ==, ignore ? 0x5a : 0x77);
		g_assert_cmpuint(model_transfer(&model, 1, bytes, 10, false), ==, 0);
		system_dma_close(channel);
	}
}

static void test_auto_initialize(struct hal_fixture *f, gconstpointer data)
{
	struct system_dma_setup setup = setup_of(3, 256);
	struct system_dma *channel;
	unsigned char bytes[700];
	uint32_t physical;
	void *ring;

	setup.auto_initialize = true;
	g_assert_cmpint(system_dma_open(f->platform, &setup, &channel), ==, 0);
	g_assert_cmpint(system_dma_memory_take(channel, 256, &ring, &physical), ==, 0);
	hal_fill(bytes, sizeof(bytes), 0);
	g_assert_cmpint(system_dma_start(channel, ring, 256, false), ==, 0);
	g_assert_cmphex(model.channel[3].mode, ==, 0x57);
	for (unsigned int done = 0; done < 700; done += 70) {
		g_assert_cmpuint(system_dma_counter(channel), ==, 256 - done % 256);
		g_assert_cmpuint(model_transfer(&model, 3, bytes + done, 70, false), ==, 70);
		g_assert_cmpmem((char *)ring + (done + 69) % 256, 1, bytes + done + 69, 1);
	}
	g_assert_cmpint(system_dma_stop(channel), ==, 0);
	g_assert_true(model.channel[3].masked);
	/* Elsewhere the whole buffer comes back: the counter does not tell how much is new. */
	g_assert_cmpint(system_dma_start(channel, f->heap, 256, false), ==, 0);
	model_transfer(&model, 3, bytes, 300, false);
	g_assert_cmpint(system_dma_stop(channel), ==, 0);
	g_assert_cmpmem(f->heap, 44, bytes + 256, 44);
	g_assert_cmpmem(f->heap + 44, 212, bytes + 44, 212);
	system_dma_memory_give(f->platform, ring);
	system_dma_close(channel);
}

/* The counter runs while it is read, through a borrow between its bytes. */
static void test_moving_counter(struct hal_fixture *f, gconstpointer data)
{
	struct system_dma_setup setup = setup_of(0, KIB64);
	struct system_dma *channel;
	uint32_t before, now;

	g_assert_cmpint(system_dma_open(f->platform, &setup, &channel), ==, 0);
	g_assert_cmpint(system_dma_start(channel, f->heap, 20000, true), ==, 0);
	model.steps_per_read = 3;
	before = 20000;
	for (unsigned int i = 0; i < 2000; i++) {
		now = system_dma_counter(channel);
		g_assert_cmpuint(now, <=, before);
		g_assert_cmpuint(before - now, <, 16);
		before = now;
	}
	/* So fast that no two readings agree: some answer, and no endless loop. */
	model.steps_per_read = 300;
	system_dma_counter(channel);
	model.steps_per_read = 0;
	g_assert_cmpint(system_dma_stop(channel), ==, 0);
	/* 64 Ki units read 0 before and after. */
	g_assert_cmpint(system_dma_start(channel, f->heap, KIB64, true), ==, 0);
	g_assert_cmpuint(system_dma_counter(channel), ==, 0);
	system_dma_close(channel);
}

static void test_port_failures(struct hal_fixture *f, gconstpointer data)
{
	static const uint16_t ports[] = {0x0a, 0x0b, 0x0c, 0x02, 0x03, 0x83};
	struct system_dma_setup setup = setup_of(1, 100);
	struct system_dma *channel;

	model.fail_port = 0x0a;
	g_assert_cmpint(system_dma_open(f->platform, &setup, &channel), ==, -EIO);
	model.fail_port = MODEL_NO_PORT;
	g_assert_cmpint(system_dma_open(f->platform, &setup, &channel), ==, 0);
	for (unsigned int i = 0; i < G_N_ELEMENTS(ports); i++) {
		model.fail_port = ports[i];
		g_assert_cmpint(system_dma_start(channel, f->heap, 100, true), ==, -EIO);
		g_assert_false(system_dma_is_active(channel));
		g_assert_true(model.channel[1].masked);
	}
	model.fail_port = MODEL_NO_PORT;
	g_assert_cmpint(system_dma_start(channel, f->heap, 100, false), ==, 0);
	model.fail_port = 0x0c;
	g_assert_cmpuint(system_dma_counter(channel), ==, 0);
	g_assert_cmpint(system_dma_stop(channel), ==, -EIO);
	g_assert_false(system_dma_is_active(channel));
	model.fail_port = MODEL_NO_PORT;
	system_dma_close(channel);
}

#define TEST(name, function)                                                                       \
	g_test_add("/system-dma/" name, struct hal_fixture, NULL, set_up, function, hal_tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST("channels", test_channels);
	TEST("limits", test_limits);
	TEST("conflicts", test_conflicts);
	TEST("memory", test_memory);
	TEST("in-place", test_in_place);
	TEST("partial", test_partial);
	TEST("auto-initialise", test_auto_initialize);
	TEST("moving-counter", test_moving_counter);
	TEST("port-failures", test_port_failures);
	return g_test_run();
}
