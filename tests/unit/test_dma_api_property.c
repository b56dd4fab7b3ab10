/* SPDX-License-Identifier: MIT */
/*
 * A million random calls of the whole DMA interface, NDIS and HAL, bus masters and slave channels,
 * right and wrong, with mappings that fail: after each, what came of it is compared with plain
 * models.
 *
 * Each policy, fragment setting and width has its own sequence, on a platform that maps any
 * memory and on one that maps only its own.  A failure is repeated with the seed that the
 * program prints at its start:
 *
 *	test_dma_api_property --seed R02S... -p /dma-api-property/remap/none/32/any-memory
 *
 * DMA_PROPERTY_STEPS in the environment is another number of steps of all sequences together.
 */
#include <stdlib.h>

#include "property_hal.h"
#include "property_ndis.h"

#define STEPS	 1000000u
#define VARIANTS (DMA_POLICY_COUNT * 2 * 3 * 2)

static struct property_variant variants[VARIANTS];

static unsigned int steps_of_a_sequence(void)
{
	const char *text = getenv("DMA_PROPERTY_STEPS");
	guint64 steps = STEPS;

	if (text && !g_ascii_string_to_unsigned(text, 10, 1, UINT32_MAX, &steps, NULL))
		g_error("DMA_PROPERTY_STEPS is '%s': a number of steps, 1 or more", text);
	return (unsigned int)((steps + VARIANTS - 1) / VARIANTS);
}

/* A sequence in which something never happened says nothing about it. */
static void tell(unsigned int steps, const struct hal_model *hal, const struct slave_model *slave,
		 const struct ndis_model *ndis)
{
	g_test_message("%u steps; HAL: %u requests, %u waits, %u transfers, %u lists, %u common "
		       "buffers, %u slave transfers; NDIS: %u lives, %u mappings, %u lists, %u "
		       "frames, %u shared memories, %u slave transfers",
		       steps, hal->done.requests, hal->done.waits, hal->done.transfers,
		       hal->done.lists, hal->done.common_buffers, slave->transfers,
		       ndis->done.lives, ndis->done.transfers, ndis->done.lists, ndis->done.frames,
		       ndis->done.shared_memories, ndis->done.slave_transfers);
	if (steps < 10000)
		return;
	g_assert_cmpuint(MIN(MIN(hal->done.requests, hal->done.waits), hal->done.transfers), >,
			 200);
	g_assert_cmpuint(MIN(hal->done.lists, hal->done.common_buffers), >, 20);
	g_assert_cmpuint(MIN(ndis->done.transfers, ndis->done.frames), >, 50);
	g_assert_cmpuint(MIN(ndis->done.lives, ndis->done.shared_memories), >, 10);
	g_assert_cmpuint(MIN(slave->transfers, ndis->done.slave_transfers), >, 5);
}

/* Where a call names nobody, the library charges one of the two: the sum counts. */
static void compare_violations(struct hal_model *hal, struct ndis_model *ndis)
{
	uint64_t of_hal = hal_statistics(&hal->f).violations;
	uint64_t of_ndis = fixture_statistics(&ndis->f).violations;

	property_expect_violations(of_hal + of_ndis, hal->f.violations + ndis->f.violations);
	hal->f.violations = of_hal;
	ndis->f.violations = (unsigned int)of_ndis;
}

static void test_sequence(gconstpointer data)
{
	const struct property_variant *variant = data;
	struct hal_model *hal = g_new0(struct hal_model, 1);
	struct slave_model *slave = g_new0(struct slave_model, 1);
	struct ndis_model *ndis = g_new0(struct ndis_model, 1);
	unsigned int steps = steps_of_a_sequence();

	property_seed((unsigned int)(variant - variants));
	hal_model_open(hal, variant);
	slave_model_open(slave, hal);
	ndis_model_open(ndis, variant);
	property_log_begin();
	for (unsigned int i = 0; i < steps; i++) {
		switch (property_below(16)) {
		case 0:
			if (slave_model_step(slave))
				break;
			/* fall through */
		case 1 ... 8:
			hal_model_step(hal);
			break;
		default:
			ndis_model_step(ndis);
		}
		compare_violations(hal, ndis);
	}
	slave_model_close(slave);
	hal_model_close(hal);
	tell(steps, hal, slave, ndis);
	ndis_model_close(ndis);
	property_log_end();
	g_free(ndis);
	g_free(slave);
	g_free(hal);
}

int main(int argc, char **argv)
{
	static const unsigned int widths[] = {24, 32, 64};
	g_test_init(&argc, &argv, NULL);
	for (unsigned int i = 0; i < VARIANTS; i++) {
		struct property_variant *v = &variants[i];
		g_autofree char *path = NULL;

		*v = (struct property_variant){
			.dma = {.policy = (enum dma_policy)(i / 12),
				.fragment = (enum dma_fragment)(i / 6 % 2)},
			.bits = widths[i / 2 % 3],
			.restricted = i % 2,
		};
		path = g_strdup_printf("/dma-api-property/%s/%s/%u/%s",
				       dma_policy_name(v->dma.policy),
				       v->dma.fragment ? "page" : "none", v->bits,
				       v->restricted ? "own-memory" : "any-memory");
		g_test_add_data_func(path, v, test_sequence);
	}
	return g_test_run();
}
